export interface Example {
  title: string
  query: string
}

/** What stands in the editor at the first visit, one tab each, in the order in which a newcomer runs them. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'createUser',
    query: `# Signs alice up. Needs no token.
mutation {
  createUser(username: "alice", email: "alice@mail.com", password: "12345") {
    user {
      id
      username
    }
  }
}
`,
  },
  {
    title: 'feed',
    query: `# Posts of those whom user 1 follows, newest first. Needs a token: sign in above as alice.
{
  feed(userId: 1) {
    id
    content
    author {
      username
    }
    createdAt
  }
}
`,
  },
  {
    title: 'createPost',
    query: `# Publishes a post of yours. Needs a token: sign in above.
mutation {
  createPost(content: "Hello, Nexus!") {
    post {
      id
      content
      visibility
      createdAt
    }
  }
}
`,
  },
  {
    title: 'followUser',
    query: `# Follows user 2: their posts come into your feed. Needs a token: sign in above.
mutation {
  followUser(userId: 2) {
    user {
      username
      followerCount
      viewerFollows
    }
  }
}
`,
  },
  {
    title: 'homeFeed',
    query: `# Your home feed, and why each post is in it. Needs a token: sign in above.
{
  homeFeed(first: 10) {
    edges {
      reason
      sharedBy {
        username
      }
      node {
        id
        content
        author {
          username
        }
        likeCount
        commentCount
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
]

const TABS_KEY = 'graphiql:tabState'

/**
 * Lays the examples out as GraphiQL's stored tabs where there are none. Given as `defaultTabs` alone, the README's first two operations, which
 * have no name, would both be called "<untitled>".
 */
export function layOutExamples(): void {
  const unset = { hash: null, variables: null, headers: null, operationName: null, response: null }
  const tabs = EXAMPLES.map(({ title, query }) => ({ ...unset, id: title, title, query }))
  try {
    if (localStorage.getItem(TABS_KEY) === null) localStorage.setItem(TABS_KEY, JSON.stringify({ tabs, activeTabIndex: 0 }))
  } catch {
    // A browser that lets no page store anything shows the default tabs.
  }
}
