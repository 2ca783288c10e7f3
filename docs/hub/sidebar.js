/** The order in which the folders of `docs/` are shown. Within a folder pages stand by their `sidebar.order`, else by name. */
export const SIDEBAR = [
  { label: 'Guides', items: ['feeds', 'live-updates', 'media', 'trends', 'jobs', 'import-and-export', 'refusals'] },
  { label: 'Decisions', collapsed: true, items: [{ autogenerate: { directory: 'decisions' } }] },
]
