import type { Keywords } from '../../../contract/consent.ts'

// The opt-out words are those of United States law (47 CFR 64.1200(a)(10)) and of the carriers.
// A US short code has to add its name, how often it writes and "Msg & data rates may apply" to what it answers.
export const en: Keywords = {
  optOut: ['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPT OUT', 'OPTOUT'],
  optIn: ['START', 'UNSTOP', 'SUBSCRIBE', 'RESUBSCRIBE', 'OPT IN', 'OPTIN'],
  doubleOptIn: ['YES', 'Y', 'CONFIRM'],
  help: ['HELP', 'INFO'],
  custom: [],
  optOutConfirmation: 'You have opted out and will get no more messages from us. Reply START to get them again.',
  optInConfirmation: 'You have opted in to our messages. Reply HELP for help or STOP to opt out.',
  optInPrompt: 'Reply START if you would like to get messages from us, or HELP for help. You can opt out at any time with STOP.',
  doubleOptInPrompt: 'Please reply YES to confirm that you would like to get our messages. If not, reply STOP.',
  helpResponse: 'Write your question here and we will answer it. Reply STOP to get no more messages from us.',
  customResponse: null,
}
