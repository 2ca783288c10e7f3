import type { Viewer } from '../../domain/accounts/read-viewer.ts'
import type { FeedEntry } from '../../domain/feeds/home-feed-truth.ts'
import type { Notification } from '../../domain/notifications/read-notifications.ts'
import type { Post } from '../../domain/posts/read-posts.ts'

/** What was heard of for a listener, before anybody has looked at it. */
export type Signal =
  | { kind: 'entry'; entryId: number }
  | { kind: 'post'; postId: number }
  | { kind: 'notification'; notificationId: number }

/** Something that happened, read and judged at the moment when it is handed over, as this viewer sees it then. */
export type LiveEvent = EntryAdded | PostAdded | NotificationAdded

/** A post or a share entered the viewer's home feed. */
export interface EntryAdded {
  viewer: Viewer
  entry: FeedEntry
}

/** Somebody published a post for everybody. */
export interface PostAdded {
  viewer: Viewer
  post: Post
}

/** Something was done to the viewer, by one more. */
export interface NotificationAdded {
  viewer: Viewer
  notification: Notification
}

/** What a connection can listen to, and what it is told there. */
export interface Topics {
  /** The viewer's home feed. */
  home: EntryAdded
  notifications: NotificationAdded
  /** All public posts, but of whom the viewer has muted. */
  public: PostAdded
}
export type Topic = keyof Topics

/** The events of one listener. `next` looks at what was heard when it is called, so that what waits is judged when its turn comes. */
export interface LiveEvents<Event extends LiveEvent = LiveEvent> extends AsyncIterator<Event, undefined>, AsyncIterable<Event> {
  return(): Promise<IteratorReturnResult<undefined>>
}
