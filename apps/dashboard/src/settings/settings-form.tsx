import type { ReactElement } from 'react'
import { lookOf } from '../parts/drafter-look.js'
import { NumberField } from './number-field.js'
import type { Settings } from './settings.js'

/** Properties of {@link SettingsForm}. */
interface SettingsFormProperties {
  readonly settings: Settings
  readonly apiKey: string
  /** Drafters that the chosen model has. */
  readonly drafters: readonly string[]
  readonly onChange: (settings: Settings) => void
  readonly onApiKey: (key: string) => void
  readonly onClose: () => void
}

/** System prompt, sampling, drafting and the API key. */
export function SettingsForm(properties: SettingsFormProperties): ReactElement {
  const { settings, apiKey, onChange, onApiKey, onClose } = properties
  return (
    <form className="settings" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
      <label className="field field-wide">
        <span className="label">System prompt</span>
        <textarea
          rows={2}
          value={settings.system}
          placeholder="What the model is told before the conversation"
          onChange={({ target }) => onChange({ ...settings, system: target.value })}
        />
      </label>
      <SamplingFields settings={settings} onChange={onChange} />
      <DraftingFields {...properties} />
      <label className="field">
        <span className="label">API key</span>
        <input
          type="password"
          autoComplete="off"
          defaultValue={apiKey}
          placeholder="none"
          title="Kept in this tab only, and sent to this server only"
          onBlur={({ target }) => onApiKey(target.value.trim())}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && onApiKey(currentTarget.value.trim())}
        />
      </label>
      <button type="button" className="quiet settings-close" onClick={onClose}>
        Close
      </button>
    </form>
  )
}

type FieldsProperties = Pick<SettingsFormProperties, 'settings' | 'onChange'>

function SamplingFields({ settings, onChange }: FieldsProperties): ReactElement {
  return (
    <fieldset>
      <legend>Sampling</legend>
      <NumberField
        label="Temperature"
        hint="0 takes the most probable token each time"
        value={settings.temperature}
        min={0}
        max={2}
        step={0.05}
        placeholder="1"
        onValue={(temperature) => onChange({ ...settings, temperature })}
      />
      <NumberField
        label="Top p"
        hint="Keeps the fewest tokens whose probabilities reach this together"
        value={settings.topP}
        min={0.01}
        max={1}
        step={0.01}
        placeholder="1"
        onValue={(topP) => onChange({ ...settings, topP })}
      />
      <NumberField
        label="Seed"
        hint="The same seed gives the same text, whatever is drafted"
        value={settings.seed}
        min={0}
        max={Number.MAX_SAFE_INTEGER}
        step={1}
        placeholder="random"
        onValue={(seed) => onChange({ ...settings, seed })}
      />
      <NumberField
        label="Most tokens"
        hint="Of an answer"
        value={settings.maxTokens}
        min={1}
        max={1_000_000}
        step={1}
        placeholder="as fit"
        onValue={(maxTokens) => onChange({ ...settings, maxTokens })}
      />
    </fieldset>
  )
}

function DraftingFields({ settings, drafters, onChange }: SettingsFormProperties): ReactElement {
  const { drafts, withoutDrafters } = settings
  const toggle = (drafter: string, isWanted: boolean): void => {
    const others = withoutDrafters.filter((name) => name !== drafter)
    onChange({ ...settings, withoutDrafters: isWanted ? others : [...others, drafter] })
  }
  return (
    <fieldset>
      <legend>Drafting</legend>
      <label className="check">
        <input
          type="checkbox"
          checked={drafts}
          onChange={({ target }) => onChange({ ...settings, drafts: target.checked })}
        />
        Draft ahead
      </label>
      {drafters.map((drafter) => (
        <label key={drafter} className="check">
          <input
            type="checkbox"
            disabled={!drafts}
            checked={!withoutDrafters.includes(drafter)}
            onChange={({ target }) => toggle(drafter, target.checked)}
          />
          <span className="swatch" data-look={lookOf(drafter)}>
            {drafter}
          </span>
        </label>
      ))}
      <NumberField
        label="Most tokens a draft"
        hint="Nothing of this changes the answer, only how fast it comes"
        value={settings.maxDraftTokens}
        min={1}
        max={64}
        step={1}
        placeholder="what pays"
        isDisabled={!drafts}
        onValue={(maxDraftTokens) => onChange({ ...settings, maxDraftTokens })}
      />
    </fieldset>
  )
}
