import { type RefObject, useEffect, useRef } from 'react'

/** How near to the end counts as there, in pixels. */
const NEAR_PX = 80

/** Keeps the end of a list in view while it grows, unless the reader has scrolled away from it; a new turn shows the end. */
export function useAutoScroll(content: unknown, turn: unknown): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    const element = place.current
    const look = (): void => {
      if (element) isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX
    }
    element?.addEventListener('scroll', look, { passive: true })
    return () => element?.removeEventListener('scroll', look)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is wanted with every new turn
  useEffect(() => {
    isAtEnd.current = true
  }, [turn])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown decides how long the list is
  useEffect(() => {
    if (isAtEnd.current) place.current?.scrollTo({ top: place.current.scrollHeight })
  }, [content])
  return place
}
