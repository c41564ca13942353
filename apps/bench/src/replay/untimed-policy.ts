import type { LengthPolicy } from '@foretoken/contract'

/**
 * The same policy, told that drafting takes no time: what drafting takes differs from run to run, and a replay must not. S
 * leaves it out as well.
 */
export function untimedPolicy(policy: LengthPolicy): LengthPolicy {
  return {
    ...policy,
    open() {
      const session = policy.open()
      return {
        limits: (state) => session.limits(state),
        cut: (draft) => session.cut(draft),
        observe: (observation) => session.observe({ ...observation, draftMs: 0 }),
      }
    },
  }
}
