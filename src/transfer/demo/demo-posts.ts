export type Scene = 'coast' | 'loaves' | 'night' | 'garden' | 'hills' | 'sea'

export interface DemoPost {
  by: string
  /** Before the demo is filled. */
  hoursAgo: number
  content: string
  picture?: { scene: Scene; altText: string }
  likedBy?: string
  sharedBy?: string
  /** `who: what`, in their order; one that begins with > answers the one before. */
  comments?: string[]
}

/** What the people of the demo have written, newest first. */
export const DEMO_POSTS: DemoPost[] = [
  {
    by: 'mira',
    hoursAgo: 0.6,
    content: 'The north coast, third attempt. The sea has signed off on it, I have not. #maps',
    picture: { scene: 'coast', altText: 'A drawn coastline in blues, with a low sun over the water' },
    likedBy: 'ada yuki noor fenna kofi juno',
    sharedBy: 'fenna',
    comments: [
      'fenna: There are seals on that rock. Third from the left.',
      '> mira: I shall add them to the legend.',
      'oren: The sun is four minutes late.',
    ],
  },
  {
    by: 'tomas',
    hoursAgo: 1.8,
    content: 'Rye is out. Come before ten, or come tomorrow. #bread',
    picture: { scene: 'loaves', altText: 'Five round loaves on a dark board' },
    likedBy: 'mira noor juno pavel fenna',
    comments: ['noor: Two for the school, please! The tomatoes are waiting.', '> tomas: On the shelf by the door, with your name on.'],
  },
  {
    by: 'ada',
    hoursAgo: 2.5,
    content: 'Dropped an index today and everything got faster. Some instruments are better with fewer strings. #databases',
    likedBy: 'oren kofi mira pavel',
    sharedBy: 'kofi',
    comments: ['kofi: May I use this in class?', '> ada: Only if you tell them which index.'],
  },
  {
    by: 'yuki',
    hoursAgo: 4,
    content: '夜の散歩。雨のあと、町が静か。 #photo',
    picture: { scene: 'night', altText: 'A quiet street at night after rain, with one lit window and a moon' },
    likedBy: 'mira ada noor fenna oren',
    comments: ['mira: The light in that window belongs to somebody who cannot sleep either.'],
  },
  {
    by: 'juno',
    hoursAgo: 5.5,
    content:
      'New verse:\n\nthe hill was never on our side,\nthe wind was never meant to be,\nbut downhill, love, but downhill –\nnobody rides for free.\n\n#songs',
    likedBy: 'ada noor tomas fenna',
    sharedBy: 'ada',
    comments: ['ada: I hear a cello under line three.', '> juno: I was hoping you would.'],
  },
  {
    by: 'noor',
    hoursAgo: 8,
    content: 'First ripe tomato of the year. Twenty-six children, one tomato, one very fair knife. #garden',
    picture: { scene: 'garden', altText: 'Rows of green plants with red tomatoes under a pale sky' },
    likedBy: 'tomas yuki mira juno fenna kofi',
    sharedBy: 'juno tomas',
    comments: ['kofi: This is how one teaches fractions.', 'tomas: I have bread for twenty-six.'],
  },
  {
    by: 'oren',
    hoursAgo: 11,
    content:
      'A customer brought a clock that has been wrong since 1974. It is attached to being wrong. We reached an agreement: right twice a day, and on Sundays.',
    likedBy: 'ada pavel mira kofi',
    comments: ['pavel: The 7:12 ran by such a clock for years.'],
  },
  {
    by: 'fenna',
    hoursAgo: 14,
    content: 'Counted 214 seals this morning. One of them counted me. #seals',
    picture: { scene: 'sea', altText: 'Grey water with small dark shapes of seals, under a wide sky' },
    likedBy: 'mira noor yuki juno tomas',
    sharedBy: 'mira',
    comments: ['juno: And? How many are you?', '> fenna: One, with tea.'],
  },
  {
    by: 'kofi',
    hoursAgo: 20,
    content: 'Measured the height of the church with a barometer, by offering it to the sexton. #physics',
    likedBy: 'oren ada pavel juno',
    comments: ['ada: The only method with a peer review.'],
  },
  {
    by: 'pavel',
    hoursAgo: 23,
    content: 'Walked from the old signal box to the viaduct and back. Nobody passed me but the weather.',
    picture: { scene: 'hills', altText: 'Blue hills one behind the other, with a small viaduct' },
    likedBy: 'oren kofi',
    comments: ['oren: How long?', '> pavel: Two games of chess.'],
  },
  {
    by: 'mira',
    hoursAgo: 27,
    content: 'People ask how long a coast is. That depends on how long you have. #maps',
    likedBy: 'kofi fenna ada oren',
    sharedBy: 'kofi',
  },
  {
    by: 'tomas',
    hoursAgo: 30,
    content: 'Sourdough starter is nine years old today. It can not read yet, but it rises to every occasion. #bread',
    likedBy: 'noor juno mira fenna ada',
  },
  {
    by: 'ada',
    hoursAgo: 34,
    content: '@juno sent me a melody by voice message, recorded on a bicycle. Wind section included.',
    likedBy: 'juno mira',
    comments: ['juno: Key of B spoke.'],
  },
  { by: 'yuki', hoursAgo: 41, content: 'お茶の時間です。四時。 @tomas のパンと。 #tea', likedBy: 'tomas mira noor' },
  {
    by: 'noor',
    hoursAgo: 47,
    content: 'يوم جميل في الحديقة. The beans have found the fence, the fence has no opinion. #garden',
    likedBy: 'yuki fenna tomas',
  },
  {
    by: 'juno',
    hoursAgo: 52,
    content: 'Flat tyre, full moon. Walked home along the canal and got a chorus out of it. #songs',
    likedBy: 'ada noor fenna mira',
  },
  {
    by: 'fenna',
    hoursAgo: 58,
    content:
      'If you find a seal on the beach: keep away, keep your dog away, and call us. It is not stranded, it is resting, as you should. https://seals.example/found-one #seals',
    likedBy: 'mira noor juno kofi yuki',
    sharedBy: 'noor juno',
  },
  { by: 'kofi', hoursAgo: 66, content: 'Lesson in the rain today. Everybody now believes in drops. #physics', likedBy: 'noor fenna' },
  {
    by: 'oren',
    hoursAgo: 72,
    content: 'Somebody asked me the time today. I had eleven.',
    likedBy: 'ada pavel mira kofi juno yuki',
    sharedBy: 'ada mira',
  },
  {
    by: 'pavel',
    hoursAgo: 80,
    content: 'Lost to a nine-year-old. She said “good game” before I knew that it was over. #chess',
    likedBy: 'oren kofi ada',
  },
]
