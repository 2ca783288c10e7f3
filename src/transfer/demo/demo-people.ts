export interface DemoPerson {
  username: string
  displayName: string
  bio: string
  /** The hue of what is drawn for them, in degrees. */
  hue: number
  /** Whom they follow, by username. */
  follows: string[]
}

/** A small village on the web. Nobody of them lives. */
export const DEMO_PEOPLE: DemoPerson[] = [
  person('mira', 'Mira Lindqvist', 'Cartographer. I draw coastlines until they stop moving.', 205, 'tomas ada yuki oren noor fenna'),
  person('tomas', 'Tomás Arrieta', 'Baker. Up at three so that you need not be. Rye, mostly.', 28, 'mira noor juno fenna'),
  person('ada', 'Ada Okonkwo', 'Databases by day, cello by night. Indexes are a kind of tuning.', 265, 'mira yuki oren pavel juno'),
  person('yuki', 'Yuki Tanabe', '写真とお茶。Photographs of ordinary weather.', 340, 'mira ada noor fenna'),
  person('oren', 'Oren Katz', 'I repair clocks, and apologise to those I cannot.', 48, 'ada mira pavel'),
  person('noor', 'Noor Haddad', 'Gardener at a school. Tomatoes, mostly for the children. نباتات', 130, 'tomas yuki mira juno fenna'),
  person('pavel', 'Pavel Dvořák', 'Retired signalman. Trains, chess, and long walks between both.', 0, 'oren ada'),
  person('juno', 'Juno Reyes', 'Writes songs about bicycles. Rides one, too.', 300, 'ada tomas noor mira fenna'),
  person(
    'fenna',
    'Fenna de Wit',
    'Marine biologist. Ask me about seals; actually, do not, I will not stop.',
    185,
    'mira noor yuki juno tomas',
  ),
  person(
    'kofi',
    'Kofi Mensah',
    'Teaches physics to people who would rather be outside. So we go outside.',
    88,
    'ada oren pavel fenna juno mira',
  ),
]

function person(username: string, displayName: string, bio: string, hue: number, follows: string): DemoPerson {
  return { username, displayName, bio, hue, follows: follows.split(' ') }
}
