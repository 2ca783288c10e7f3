/** What was written of rows, over all of them: UTF-16 units. Beyond it the oldest go. */
const KEPT_LENGTH_MAX = 32 * 1024 * 1024
/** Ways in which one row is written that are kept: clients ask for a row in few ways. */
const KEPT_A_ROW_MAX = 4

/** A row that is kept as it is until it changes, and then replaced, brings a place for what was written of it. */
interface KeptRow {
  texts?: KeptText[] | undefined
}

interface KeptText {
  writer: object
  parts: readonly string[]
}

/** What writers wrote of kept rows: it lives no longer than the row, and there is no more of it than fits. */
export interface KeptTexts {
  recall(row: object, writer: object): readonly string[] | undefined
  keep(row: object, writer: object, parts: readonly string[]): void
}

export function openKeptTexts(lengthMax: number = KEPT_LENGTH_MAX): KeptTexts {
  /** From the oldest on, of the rows that are gone too: what counts is that it never grows. */
  let kept: { texts: KeptText[]; text: KeptText }[] = []
  let oldest = 0
  let length = 0

  function dropOldest(): void {
    const dropped = kept[oldest]
    oldest += 1
    if (!dropped) return
    length -= lengthOf(dropped.text)
    const place = dropped.texts.indexOf(dropped.text)
    if (place >= 0) dropped.texts.splice(place, 1)
    if (oldest * 2 < kept.length) return
    kept = kept.slice(oldest)
    oldest = 0
  }

  return {
    recall: (row, writer) => {
      const { texts } = row as KeptRow
      if (texts === undefined) return undefined
      for (let place = 0; place < texts.length; place += 1) {
        const text = texts[place]
        if (text?.writer === writer) return text.parts
      }
      return undefined
    },
    keep: (row, writer, parts) => {
      const { texts } = row as KeptRow
      if (texts === undefined) return
      if (texts.length >= KEPT_A_ROW_MAX) texts.shift()
      const text = { writer, parts }
      texts.push(text)
      kept.push({ texts, text })
      length += lengthOf(text)
      while (length > lengthMax) dropOldest()
    },
  }
}

/** With what keeping it costs beside its letters. */
function lengthOf({ parts }: KeptText): number {
  return parts.reduce((sum, part) => sum + part.length, 100)
}
