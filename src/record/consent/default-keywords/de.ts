import type { Keywords } from '../../../contract/consent.ts'

export const de: Keywords = {
  optOut: ['STOP', 'STOPP', 'ABMELDEN', 'ABMELDUNG', 'ABBESTELLEN', 'AUSTRAGEN', 'BEENDEN', 'ENDE', 'WIDERRUF', 'WIDERRUFEN'],
  optIn: ['START', 'STARTEN', 'ANMELDEN', 'ABONNIEREN', 'FORTSETZEN'],
  doubleOptIn: ['JA', 'BESTÄTIGEN', 'BESTÄTIGE', 'ICH BESTÄTIGE'],
  help: ['HILFE', 'INFO', 'INFOS'],
  custom: [],
  optOutConfirmation: 'Sie erhalten keine weiteren Nachrichten von uns. Wenn Sie wieder welche möchten, antworten Sie mit START.',
  optInConfirmation: 'Sie erhalten ab jetzt unsere Nachrichten. Mit HILFE bekommen Sie Hilfe, mit STOPP melden Sie sich ab.',
  optInPrompt: 'Möchten Sie unsere Nachrichten erhalten? Dann antworten Sie mit START. Mit HILFE bekommen Sie Hilfe, mit STOPP melden Sie sich ab.',
  doubleOptInPrompt: 'Bitte bestätigen Sie mit JA, dass Sie unsere Nachrichten erhalten möchten. Wenn nicht, antworten Sie mit STOPP.',
  helpResponse: 'Schreiben Sie uns hier Ihre Frage, wir antworten Ihnen. Mit STOPP melden Sie sich von unseren Nachrichten ab.',
  customResponse: null,
}
