import type { Keywords } from '../../../contract/consent.ts'

export const de: Keywords = {
  optOut: ['STOP', 'STOPP', 'ABMELDEN', 'ABMELDUNG', 'ABBESTELLEN', 'AUSTRAGEN', 'BEENDEN', 'ENDE', 'WIDERRUF', 'WIDERRUFEN'],
  optIn: ['START', 'STARTEN', 'ANMELDEN', 'ABONNIEREN', 'FORTSETZEN'],
  doubleOptIn: ['JA', 'BESTÄTIGEN', 'BESTÄTIGE', 'ICH BESTÄTIGE'],
  help: ['HILFE', 'INFO', 'INFOS'],
  custom: [],
  optOutConfirmation: 'Sie erhalten keine weiteren Nachrichten von uns. Wenn Sie wieder welche möchten, antworten Sie mit START.',
  optInConfirmation: 'Sie erhalten ab jetzt unsere Nachrichten. Antworten Sie mit HILFE, wenn Sie Hilfe brauchen, oder mit STOPP, um sich abzumelden.',
  optInPrompt: 'Wenn Sie unsere Nachrichten erhalten möchten, antworten Sie mit START. Hilfe bekommen Sie mit HILFE, abmelden können Sie sich mit STOPP.',
  doubleOptInPrompt: 'Bitte bestätigen Sie mit JA, dass Sie unsere Nachrichten erhalten möchten. Wenn nicht, antworten Sie mit STOPP.',
  helpResponse: 'Schreiben Sie uns hier Ihre Frage, wir antworten Ihnen. Mit STOPP melden Sie sich von unseren Nachrichten ab.',
  customResponse: null,
}
