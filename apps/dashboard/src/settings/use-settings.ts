import { useState } from 'react'
import type { Server } from '../server/use-server.js'
import { defaultSettings, type Settings } from './settings.js'
import { storedKey, storeKey } from './stored-key.js'

/** The API key of this tab, and how it is changed. */
export function useApiKey(): readonly [key: string, change: (key: string) => void] {
  const [key, setKey] = useState(storedKey)
  const change = (next: string): void => {
    storeKey(next)
    setKey(next)
  }
  return [key, change]
}

/** What was chosen, with a model as soon as the server has said which there are. */
export interface ChosenSettings {
  readonly settings: Settings
  /** Drafters that the model has, where that is known. */
  readonly drafters: readonly string[]
  readonly change: (settings: Settings) => void
}

/** Holds the settings. Where no model was chosen, it is the first of the server's. */
export function useSettings({ modelIds, state }: Server): ChosenSettings {
  const [chosen, change] = useState<Settings>(defaultSettings)
  const model = chosen.model === '' ? (modelIds[0] ?? '') : chosen.model
  const drafters = state?.models.find(({ id }) => id === model)?.facts?.drafters ?? []
  return { settings: { ...chosen, model }, drafters, change }
}
