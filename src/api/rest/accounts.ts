import { refuse } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { credentialShape, showAccount } from './shapes/account.ts'

const NO_ROLE = { id: '-99', name: '', color: '', permissions: '0', highlighted: false }

export const accountRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/verify_credentials',
    summary: 'The user whose token this is.',
    tag: 'accounts',
    access: 'user',
    scope: 'read:accounts',
    answer: credentialShape,
    run: async ({ caller }) => {
      const user = await caller.request.loaders.user.load(callingUser(caller).id)
      if (!user) throw refuse('user.not-found')
      return {
        ...(await showAccount(platform, caller.request, user)),
        source: { privacy: 'public', sensitive: false, language: null, note: user.bio, fields: [], follow_requests_count: 0 },
        role: NO_ROLE,
      }
    },
  }),
]
