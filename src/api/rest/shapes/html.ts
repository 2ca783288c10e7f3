import { findEntities } from '../../../domain/input/find-entities.ts'

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/**
 * What somebody wrote, as clients of the REST surface expect it: HTML in which tags, mentions and links are links and nothing else is markup.
 * Empty for an empty text.
 */
export function htmlOf(text: string, publicUrl: string): string {
  if (text === '') return ''
  const characters = [...text]
  let html = ''
  let at = 0
  for (const { kind, start, end, value } of findEntities(text)) {
    html += escapeHtml(characters.slice(at, start).join(''))
    html += linkOf(kind, characters.slice(start, end).join(''), value, publicUrl)
    at = end
  }
  html += escapeHtml(characters.slice(at).join(''))
  const paragraphs = html.split(/\n{2,}/).map((paragraph) => `<p>${paragraph.replace(/\r?\n/g, '<br />')}</p>`)
  return paragraphs.join('')
}

function linkOf(kind: 'tag' | 'mention' | 'link', written: string, value: string, publicUrl: string): string {
  const shown = escapeHtml(written)
  if (kind === 'link') return `<a href="${escapeHtml(value)}" target="_blank" rel="nofollow noopener noreferrer">${shown}</a>`
  if (kind === 'mention')
    return `<span class="h-card"><a href="${publicUrl}/@${escapeHtml(value)}" class="u-url mention">${shown}</a></span>`
  return `<a href="${publicUrl}/tags/${encodeURIComponent(value)}" class="mention hashtag" rel="tag">${shown}</a>`
}
