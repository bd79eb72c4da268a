import type { Keywords } from '../../../contract/consent.ts'

export const nl: Keywords = {
  optOut: ['STOP', 'STOPPEN', 'AFMELDEN', 'UITSCHRIJVEN', 'BEËINDIGEN', 'EINDE', 'INTREKKEN'],
  optIn: ['START', 'STARTEN', 'AANMELDEN', 'INSCHRIJVEN', 'HERVATTEN'],
  doubleOptIn: ['JA', 'BEVESTIG', 'BEVESTIGEN', 'IK BEVESTIG'],
  help: ['HELP', 'HULP', 'INFO'],
  custom: [],
  optOutConfirmation: 'U krijgt geen berichten meer van ons. Wilt u ze toch weer ontvangen, antwoord dan START.',
  optInConfirmation: 'U ontvangt vanaf nu onze berichten. Antwoord HELP voor hulp of STOP om u af te melden.',
  optInPrompt: 'Wilt u onze berichten ontvangen, antwoord dan START. Antwoord HELP voor hulp. Afmelden kan altijd met STOP.',
  doubleOptInPrompt: 'Antwoord JA om te bevestigen dat u onze berichten wilt ontvangen. Wilt u dat niet, antwoord dan STOP.',
  helpResponse: 'Stel hier uw vraag, dan krijgt u antwoord van ons. Antwoord STOP als u geen berichten meer wilt ontvangen.',
  customResponse: null,
}
