import { c, o, type Row, row, s, U } from './row.ts'

const CONNECTION = '00000000-0000-4000-8000-000000000001'

/** Apps that act for users. */
export const APPS: Row[] = [
  row('Query.connectedApps', () => 'connectedApps { id }', [U, s, s, s, s, U]),
  row('Mutation.disconnectApp', () => `disconnectApp(id: "${CONNECTION}")`, [U, o, o, c, o, U], {
    before: `with app as (
        insert into apps (client_id, secret_hash, name, redirect_uris, scopes) values ('matrix', '', 'An app', '{a:b}', '{read}')
        on conflict (client_id) do update set name = excluded.name returning id
      ) insert into sessions (id, user_id, app_id, expires_at) select '${CONNECTION}', $2, id, 'infinity' from app where $1::int is not null
      on conflict (id) do update set user_id = excluded.user_id, ended_at = null`,
  }),
]
