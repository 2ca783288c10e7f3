import { type ConnectedApp, disconnectApp, readConnectedApps } from '../../domain/apps/connected-apps.ts'
import { requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'

const ConnectedAppType = builder.objectRef<ConnectedApp>('ConnectedApp').implement({
  description: 'An app that the viewer lets act for them over REST.',
  fields: (t) => ({
    id: t.id({ resolve: (app) => app.sessionId }),
    name: t.exposeString('name'),
    website: t.exposeString('website', { nullable: true }),
    scopes: t.exposeStringList('scopes'),
    connectedAt: t.expose('connectedAt', { type: 'DateTime' }),
  }),
})

builder.queryFields((t) => ({
  connectedApps: t.field({
    type: [ConnectedAppType],
    description: 'The apps that the viewer lets act for them, the last to be connected first.',
    ...mayAsk('user'),
    resolve: (_, __, request) => readConnectedApps(request.platform.database, requireViewer(request).id),
  }),
}))

builder.mutationFields((t) => ({
  disconnectApp: t.boolean({
    args: { id: t.arg.id() },
    description: 'Takes back what an app was let do; its tokens end at once. Idempotent.',
    ...mayWrite(),
    resolve: async (_, { id }, request) => {
      await disconnectApp(request.platform.database, requireViewer(request).id, String(id))
      return true
    },
  }),
}))
