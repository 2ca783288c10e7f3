import { refuseInput } from '../../refusals.ts'
import { acceptText, acceptUrl, countCharacters } from '../input/text-rules.ts'
import { isCommonPassword } from './common-passwords.ts'

const EMAIL_LENGTH_MAX = 254
const PASSWORD_LENGTH_MAX = 256
const PASSWORD_LENGTH_MIN = { production: 8, elsewhere: 5 }
const BIO_LENGTH_MAX = 500
const DISPLAY_NAME_LENGTH_MAX = 50

/** 3..30 of A-Z a-z 0-9 _ . with a letter, digit or _ at both ends. */
export function acceptUsername(username: string): string {
  if (!/^\w[\w.]{1,28}\w$/.test(username)) {
    throw refuseInput('username', 'username must have 3 to 30 letters, digits, _ or ., and no . at either end.')
  }
  return username
}

/** One @ with something on both sides, at most 254 characters, and nothing by which a mail's header tells several addresses apart. */
export function acceptEmail(email: string): string {
  acceptText(email, { field: 'email', min: 3, max: EMAIL_LENGTH_MAX })
  if (!/^[^@\s,;:<>()"\\]+@[^@\s,;:<>()"\\]+$/u.test(email))
    throw refuseInput('email', 'email must be an address with one @, without spaces, quotes or any of , ; : < > ( ) \\.')
  return email
}

/** A password to be set: 5 or more characters, in production 8 or more and not one of the commonly used. */
export function acceptNewPassword(password: string, field: string, production: boolean): string {
  const min = production ? PASSWORD_LENGTH_MIN.production : PASSWORD_LENGTH_MIN.elsewhere
  acceptText(password, { field, min, max: PASSWORD_LENGTH_MAX })
  if (production && isCommonPassword(password)) throw refuseInput(field, `${field} is one of the most commonly used passwords.`)
  return password
}

/** True for a password that only development lets through. */
export function isWeakPassword(password: string): boolean {
  return countCharacters(password) < PASSWORD_LENGTH_MIN.production || isCommonPassword(password)
}

export function acceptBio(bio: string): string {
  return acceptText(bio, { field: 'bio', min: 0, max: BIO_LENGTH_MAX, lines: true })
}

export function acceptDisplayName(displayName: string): string {
  return acceptText(displayName, { field: 'displayName', min: 1, max: DISPLAY_NAME_LENGTH_MAX })
}

export function acceptProfilePicture(url: string): string {
  return acceptUrl(url, 'profilePicture')
}
