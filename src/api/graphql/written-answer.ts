/** The value of a root field with its JSON: where it could not be written, without. */
export class Written {
  readonly value: unknown
  readonly text: string | undefined

  constructor(value: unknown, text: string | undefined) {
    this.value = value
    this.text = text
  }
}

/** What JSON.stringify makes of the body of an answer, with the texts of what is written already. */
export function textOfBody(body: { data?: unknown; errors?: unknown }): string {
  const { data, errors } = body
  if (typeof data !== 'object' || data === null) return JSON.stringify(body)
  let text = ''
  for (const key in data) {
    const value = (data as Record<string, unknown>)[key]
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}"${key}":${value instanceof Written ? value.text : JSON.stringify(value)}`
  }
  return errors === undefined ? `{"data":{${text}}}` : `{"data":{${text}},"errors":${JSON.stringify(errors)}}`
}
