/** Fields that whoever sees the thing itself may see. What is not here needs a row above. */
export const PUBLIC_FIELDS: Record<string, string> = {
  // Whoever has one asked as an administrator.
  AnalyticsDay: 'day newUsers activeUsers posts comments likes shares follows',
  ReportedThing: 'post comment user reportCount reporterCount reasons firstAt lastAt',
  ModerationAct: 'id doneAt moderatorId moderator action postId commentId userId reason reportCount',
  FeedExplanation: 'stands entries',
  FeedEntryExplanation: 'entryId edge actor dropped servedFrom',
  User: `id username displayName bio profilePicture createdAt postCount followerCount followingCount viewerFollows followsViewer viewerBlocks
    viewerMutes followers following`,
  Post: 'id author content mediaUrl media visibility createdAt editedAt edits likeCount commentCount shareCount viewerHasLiked viewerHasShared tags entities',
  Comment: 'id author post text createdAt editedAt likeCount viewerHasLiked replyCount replies entities',
  TextEntity: 'kind start end text tag user url',
  TrendingTag: 'tag postCount',
  Like: 'user createdAt',
  Share: 'user message createdAt',
  // Whoever has one is its recipient.
  Notification: 'id kind actors actorCount post comment createdAt isRead',
  NotificationPreference: 'kind channel enabled',
  Media: 'id url previewUrl kind width height placeholder blurhash altText',
  MediaPayload: 'media',
  ConnectedApp: 'id name website scopes connectedAt',
  PostEdit: 'content mediaUrl replacedAt',
  AuthPayload: 'user token refreshToken',
  UserPayload: 'user',
  PostPayload: 'post',
  CommentPayload: 'comment',
  PageInfo: 'hasNextPage hasPreviousPage startCursor endCursor',
  PostEdge: 'cursor node highlights',
  Highlight: 'text offset matches',
  HighlightRange: 'start end',
  FeedEdge: 'cursor node reason sharedBy sharedAt sharedMessage',
}
