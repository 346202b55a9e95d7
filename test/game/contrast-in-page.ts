/** The contrast of texts on a page in Chromium (WCAG 2.2, success criterion 1.4.3). */
import type { Page } from 'playwright-core'

/**
 * Runs in the page. A background that is not opaque is that of the nearest element around it that
 * is. Texts that assistive technology does not read are checked too.
 */
const FIND_LOW_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((channel) => {
      const part = channel / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const backgroundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if ((channels(color)[3] ?? 1) === 1) return color
    }
    return 'rgb(255, 255, 255)'
  }
  const own = (element) => [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '')
  const texts = [...document.querySelectorAll('body *')].filter(own)
  const low = texts.flatMap((element) => {
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))]
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    return contrast < 4.5 ? [element.textContent.trim() + ': ' + contrast.toFixed(2)] : []
  })
  return { count: texts.length, low }
})()`

/** @returns how many texts there are, and those whose contrast is below 4.5 to 1 */
export function findLowContrast(page: Page): Promise<{ count: number; low: readonly string[] }> {
  return page.evaluate(FIND_LOW_CONTRAST)
}
