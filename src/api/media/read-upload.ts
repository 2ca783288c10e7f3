import type { Readable } from 'node:stream'
import type { MultipartFile, MultipartValue } from '@fastify/multipart'
import { TooLong, writeInto } from '../../platform/images/open-workbench.ts'
import { refuse, refuseInput } from '../../refusals.ts'

/** What a form may hold beside the file's own bytes. */
export const FORM_LIMITS = { files: 1, fields: 4, parts: 6, fieldSize: 8192, fieldNameSize: 64, headerPairs: 32 }

export interface ReceivedForm {
  bytes: number
  altText: string | null
}

/**
 * Reads a form with one `file` and perhaps a text in `textField`, in either order. The file is written to `path` as it comes, and reading ends at
 * the first byte too many. @throws BAD_USER_INPUT
 */
export async function readUpload(
  parts: AsyncIterable<MultipartFile | MultipartValue>,
  path: string,
  bytesMax: number,
  textField: string,
): Promise<ReceivedForm> {
  const form: ReceivedForm = { bytes: 0, altText: null }
  let hasFile = false
  try {
    for await (const part of parts) {
      if (part.type === 'file') {
        if (part.fieldname !== 'file') throw refuse('media.none')
        form.bytes = await writeInto(path, part.file as Readable, bytesMax)
        hasFile = true
      } else if (part.fieldname === textField) form.altText = readText(part, textField)
    }
  } catch (error) {
    throw asRefusal(error)
  }
  if (!hasFile) throw refuse('media.none', { field: 'file' })
  if (form.bytes === 0) throw refuseInput('file', 'The file is empty.')
  return form
}

// An empty field of a form is one that was left out.
function readText({ value, valueTruncated }: MultipartValue & { valueTruncated?: boolean }, field: string): string | null {
  if (typeof value !== 'string' || valueTruncated) throw refuseInput(field, `${field} is a text of at most 1500 characters.`)
  return value === '' ? null : value
}

function asRefusal(error: unknown): unknown {
  if (error instanceof TooLong) return refuse('media.too-large', { field: 'file' })
  const { code = '' } = error as { code?: string }
  if (/^FST_(PARTS|FILES|FIELDS)_LIMIT$/.test(code)) return refuse('media.none')
  const isTheForms = /^FST_(MP_PREMATURE_CLOSE|PROTO_VIOLATION|INVALID_JSON_FIELD_ERROR)$/.test(code)
  const isParsers = error instanceof Error && /multipart|part terminated|boundary|malformed/i.test(error.message)
  return isTheForms || isParsers ? refuse('request.malformed', { sentence: 'The form is cut off or cannot be read.' }) : error
}
