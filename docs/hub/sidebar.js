/** The order in which the pages are shown. Within a folder that is listed by itself they stand by their `sidebar.order`, else by name. */
export const SIDEBAR = [
  { label: 'Start', items: [{ autogenerate: { directory: 'start' } }] },
  { label: 'Case study', items: [{ autogenerate: { directory: 'case-study' } }] },
  { label: 'Concepts', items: [{ autogenerate: { directory: 'concepts' } }] },
  { label: 'Guides', items: [{ autogenerate: { directory: 'guides' } }] },
  {
    label: 'Features',
    collapsed: true,
    items: ['rest', 'playground', 'live-updates', 'search', 'trends', 'notifications', 'media', 'refusals'],
  },
  {
    label: 'Running it',
    collapsed: true,
    items: ['administration', 'moderation', 'analytics', 'feeds', 'jobs', 'schedules', 'metrics', 'import-and-export'],
  },
  { label: 'Reference', collapsed: true, items: [{ autogenerate: { directory: 'reference' } }] },
  { label: 'Decisions', collapsed: true, items: [{ autogenerate: { directory: 'decisions' } }] },
]
