import { Option } from 'commander'

/** The option that says how the length of drafts is chosen. */
export function policyOption(): Option {
  return new Option('--policy <name>', 'goodput: by what drafts bring and cost; windowed: by what is accepted')
    .choices(['goodput', 'windowed'])
    .default('goodput')
}
