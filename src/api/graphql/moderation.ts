import { report } from '../../domain/moderation/report.ts'
import { requireViewer } from '../request-context.ts'
import { builder, mayWrite } from './builder.ts'

builder.mutationField('report', (t) =>
  t.boolean({
    args: {
      postId: t.arg.id({ required: false }),
      commentId: t.arg.id({ required: false }),
      userId: t.arg.id({ required: false }),
      reason: t.arg.string(),
    },
    ...mayWrite(),
    resolve: async (_, given, request) => {
      await report(request.platform.database, requireViewer(request), given)
      return true
    },
  }),
)
