import { type RefObject, useEffect, useRef } from 'react'

/** How near to the end counts as there, in pixels. */
const NEAR_PX = 80

/**
 * Keeps the end of a list in view while it grows or gets less room, unless the reader has scrolled away from it; a new turn
 * shows the end.
 */
export function useAutoScroll(content: unknown, turn: unknown): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const follow = (): void => {
    if (isAtEnd.current) place.current?.scrollTo({ top: place.current.scrollHeight })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once is enough, both are kept
  useEffect(() => {
    const element = place.current
    if (element === null) return
    let top = element.scrollTop
    // Text that came since the list was last scrolled is no reason to stop: only who scrolls up wants to read there.
    const look = (): void => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX
      isAtEnd.current = isNear || (isAtEnd.current && element.scrollTop >= top)
      top = element.scrollTop
    }
    const room = new ResizeObserver(follow)
    room.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      room.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is wanted with every new turn
  useEffect(() => {
    isAtEnd.current = true
  }, [turn])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown decides how long the list is
  useEffect(follow, [content])
  return place
}
