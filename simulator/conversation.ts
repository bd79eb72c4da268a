import { languages } from './languages.ts'
import { inventName } from './people.ts'
import type { Act, Person } from './platform.ts'
import type { Random } from './random.ts'

/** `Omit` that keeps the members of a union apart. */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
/** What happens, but not yet when. */
export type Happening = Without<Act, 'at' | 'name' | 'person'>

/** Somebody, and what they call themselves by now. */
export interface Writer {
  person: Person
  name: string
}

const emoji = ['😊', '👍🏽', '🙏', '😅', '❤️', '👨‍👩‍👧', '🎉', '🤷‍♀️']

/** What one conversation is made of, one thing after the other. `makeId` gives every message its id. */
export function* conversation(random: Random, writer: Writer, makeId: () => string): Generator<Happening> {
  const { language } = writer.person
  const words = languages[language]!
  const say = (text: string): Happening & { kind: 'says' } => ({ kind: 'says', id: makeId(), text })
  if (random.chance(0.05)) writer.name = inventName(random, language)

  const mood = random.next()
  if (mood < 0.05) {
    yield say(random.pick(words.stop))
    if (random.chance(0.6)) yield say(random.pick(words.start))
    return
  }
  if (mood < 0.08) return void (yield say(random.pick(words.revoke)))
  if (mood < 0.12) {
    yield { kind: 'leaves', id: makeId() }
    if (random.chance(0.5)) yield { kind: 'returns', id: makeId() }
    return
  }

  if (random.chance(0.5)) yield say(random.pick(words.hello))
  const question = say(random.pick(words.ask))
  yield question
  if (random.chance(0.1)) yield { kind: 'edits', id: makeId(), of: question.id, text: `${question.text} ${random.pick(emoji)}` }
  const answerId = yield* answer(random, random.pick(words.answer), makeId)
  if (random.chance(0.7)) {
    const more = { ...say(random.pick(words.more)), ...(random.chance(0.2) && { replyTo: answerId }) }
    yield more
    if (random.chance(0.05)) yield { kind: 'deletes', id: makeId(), of: more.id }
    if (random.chance(0.6)) yield* answer(random, random.pick(words.answer), makeId)
  }
  if (random.chance(0.8)) yield say(random.chance(0.4) ? `${random.pick(words.thanks)} ${random.pick(emoji)}` : random.pick(words.thanks))
}

/** The business answers, and the platform tells what became of it; at times before the answer itself. @returns its id */
function* answer(random: Random, text: string, makeId: () => string): Generator<Happening, string> {
  const id = makeId()
  const said: Happening = { kind: 'answers', id, text }
  const fails = random.chance(0.03)
  const early = random.chance(0.1)
  if (!early) yield said
  yield { kind: 'receipt', id: makeId(), of: id, status: fails ? 'failed' : 'delivered' }
  if (early) yield said
  if (!fails && random.chance(0.7)) yield { kind: 'receipt', id: makeId(), of: id, status: 'read' }
  return id
}
