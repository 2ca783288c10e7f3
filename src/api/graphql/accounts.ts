import { isWeakPassword } from '../../domain/accounts/account-rules.ts'
import { changeEmail } from '../../domain/accounts/change-email.ts'
import { changePassword } from '../../domain/accounts/change-password.ts'
import { closeAccount } from '../../domain/accounts/close-account.ts'
import type { User } from '../../domain/accounts/read-users.ts'
import { refreshSession } from '../../domain/accounts/refresh-session.ts'
import { requestPasswordReset, resetPassword } from '../../domain/accounts/reset-password.ts'
import type { SignedIn } from '../../domain/accounts/sessions.ts'
import { signInWithPassword } from '../../domain/accounts/sign-in.ts'
import { signOut } from '../../domain/accounts/sign-out.ts'
import { signUp } from '../../domain/accounts/sign-up.ts'
import { updateProfile } from '../../domain/accounts/update-profile.ts'
import { verifyEmail } from '../../domain/accounts/verify-email.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayWrite } from './builder.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

interface AuthPayload {
  user: User
  token: string
  refreshToken: string
}

const AuthPayloadType = builder.objectRef<AuthPayload>('AuthPayload').implement({
  fields: (t) => ({
    user: t.field({ type: UserType, resolve: (payload) => payload.user }),
    token: t.exposeString('token'),
    refreshToken: t.exposeString('refreshToken'),
  }),
})

export const UserPayload = builder.objectRef<{ user: User }>('UserPayload').implement({
  fields: (t) => ({ user: t.field({ type: UserType, resolve: (payload) => payload.user }) }),
})

/** Within the payload the user is the viewer, and sees their own email. */
async function signedIn(request: RequestContext, { userId, sessionId, token, refreshToken }: SignedIn): Promise<AuthPayload> {
  request.actAs({ id: userId, role: 'user', sessionId, version: 0, wroteRecently: false }) // a mutation reads no feed
  return { user: await loadUser(request, userId), token, refreshToken }
}

async function viewerPayload(request: RequestContext): Promise<{ user: User }> {
  return { user: await loadUser(request, requireViewer(request).id) }
}

function warnOfWeakPassword(request: RequestContext, password: string): void {
  if (!isWeakPassword(password)) return
  request.platform.log.warn({}, 'a weak password was accepted: this is development; with NODE_ENV=production it is refused')
}

builder.mutationFields((t) => ({
  createUser: t.field({
    type: AuthPayloadType,
    args: { username: t.arg.string(), email: t.arg.string(), password: t.arg.string() },
    description:
      'Signs a new user up and in. No token needed. In development any password of 5 characters or more will do, with a warning in the log;\nin production 8 or more, and not one of the commonly used.',
    ...mayWrite('credentials', 'sign-ups'),
    resolve: async (_, words, request) => {
      const opened = await signUp(request.platform, words)
      warnOfWeakPassword(request, words.password)
      return signedIn(request, opened)
    },
  }),
  login: t.field({
    type: AuthPayloadType,
    args: { username: t.arg.string(), password: t.arg.string() },
    description: '`username` also accepts the email. One answer for an unknown user and for a wrong password.',
    ...mayWrite('credentials', 'logins'),
    resolve: async (_, words, request) => signedIn(request, await signInWithPassword(request.platform, words)),
  }),
  refreshToken: t.field({
    type: AuthPayloadType,
    args: { refreshToken: t.arg.string() },
    description: 'Rotates: the refresh token given stops working; using it again ends the whole session.',
    ...mayWrite('credentials', 'writes'),
    resolve: async (_, { refreshToken }, request) => signedIn(request, await refreshSession(request.platform, refreshToken)),
  }),
  logout: t.boolean({
    args: { everywhere: t.arg.boolean({ required: false, defaultValue: false }) },
    description: "Ends this session; `everywhere` ends all of the viewer's sessions.",
    ...mayWrite(),
    resolve: async (_, { everywhere }, request) => {
      await signOut(request.platform.database, requireViewer(request), everywhere ?? false)
      return true
    },
  }),
  changePassword: t.field({
    type: AuthPayloadType,
    args: { currentPassword: t.arg.string(), newPassword: t.arg.string() },
    description: 'Ends all sessions of the viewer and opens a new one.',
    ...mayWrite('user', 'logins'),
    resolve: async (_, words, request) => {
      const opened = await changePassword(request.platform, requireViewer(request).id, words)
      warnOfWeakPassword(request, words.newPassword)
      return signedIn(request, opened)
    },
  }),
  requestPasswordReset: t.boolean({
    args: { email: t.arg.string() },
    description: 'Always true, whether or not the address is known; a mail with a token goes to a known one.',
    ...mayWrite('credentials', 'logins'),
    resolve: async (_, { email }, request) => {
      await requestPasswordReset(request.platform.database, email)
      return true
    },
  }),
  resetPassword: t.field({
    type: AuthPayloadType,
    args: { token: t.arg.string(), newPassword: t.arg.string() },
    description: 'Ends all sessions of the user. A token works once, for an hour.',
    ...mayWrite('credentials', 'logins'),
    resolve: async (_, words, request) => signedIn(request, await resetPassword(request.platform, words)),
  }),
  verifyEmail: t.field({
    type: UserPayload,
    args: { token: t.arg.string() },
    ...mayWrite('credentials', 'logins'),
    resolve: async (_, { token }, request) => ({ user: await loadUser(request, await verifyEmail(request.platform.database, token)) }),
  }),
  changeEmail: t.field({
    type: UserPayload,
    args: { password: t.arg.string(), email: t.arg.string() },
    ...mayWrite('user', 'logins'),
    resolve: async (_, words, request) => {
      await changeEmail(request.platform.database, requireViewer(request).id, words)
      return viewerPayload(request)
    },
  }),
  updateUser: t.field({
    type: UserPayload,
    args: {
      displayName: t.arg.string({ required: false }),
      bio: t.arg.string({ required: false }),
      profilePicture: t.arg.string({ required: false }),
      username: t.arg.string({ required: false }),
    },
    ...mayWrite(),
    resolve: async (_, change, request) => {
      await updateProfile(request.platform.database, requireViewer(request).id, change)
      return viewerPayload(request)
    },
  }),
  deleteUser: t.boolean({
    args: { password: t.arg.string() },
    description:
      "Deletes the viewer's account, its posts, comments, likes, follows and media. The password confirms. Counts elsewhere follow within a minute.",
    ...mayWrite('user', 'logins'),
    resolve: async (_, { password }, request) => {
      await closeAccount(request.platform.database, requireViewer(request).id, password)
      return true
    },
  }),
}))
