import { type Address, LOOPBACK } from './server-address.ts'

/** What PostgreSQL runs with here: durable, and small enough for a laptop. Given on the command line, so that an update brings them to old data. */
export function serverSettings({ host, port }: Address): string[] {
  const listen =
    host === LOOPBACK
      ? [`listen_addresses=${LOOPBACK}`, 'unix_socket_directories=']
      : ['listen_addresses=', `unix_socket_directories=${quoted(host)}`]
  return [...listen, `port=${port}`, ...SETTINGS]
}

const SETTINGS = [
  'unix_socket_permissions=0700',
  'max_connections=100',
  'fsync=on',
  'synchronous_commit=on',

  // Memory is taken as it is used; half a small machine is left to Node and to the system's file cache.
  'shared_buffers=256MB',
  'effective_cache_size=1GB',
  'maintenance_work_mem=128MB',
  'random_page_cost=1.1',
  'jit=off',
  'max_logical_replication_workers=0',

  'timezone=UTC',
  'log_timezone=UTC',

  // Statements of a Nexus that was killed end with it.
  'client_connection_check_interval=2s',

  // No values and no statements: they hold what people wrote. The program that asked gets the full error, and has a log.
  'logging_collector=off',
  'log_checkpoints=off',
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  'log_line_prefix=%m [%p] ',
]

/** One name in a list of directories, whatever characters it has. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}
