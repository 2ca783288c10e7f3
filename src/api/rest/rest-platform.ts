import type { Uploads } from '../media/receive-upload.ts'
import type { ApiPlatform } from '../request-context.ts'
import type { Sockets } from '../sockets.ts'

export interface RestSettings {
  /** Where clients find this server, without a slash at its end: addresses in answers begin with it. */
  publicUrl: string
  /** Of Nexus itself. */
  version: string
  mediaBytesMax: number
  mediaPixelsMax: number
  uploads: Uploads
  sockets: Sockets
}

/** What every route stands on. */
export interface RestPlatform extends ApiPlatform, RestSettings {}
