import type { Keywords } from '../../../contract/consent.ts'

export const pl: Keywords = {
  optOut: ['STOP', 'KONIEC', 'ZAKOŃCZ', 'REZYGNUJĘ', 'REZYGNACJA', 'WYPISZ', 'WYPISZ MNIE', 'WYREJESTRUJ', 'ANULUJ', 'COFAM ZGODĘ'],
  optIn: ['START', 'ZACZNIJ', 'WZNÓW', 'ZAPISZ', 'ZAPISZ MNIE', 'SUBSKRYBUJ'],
  doubleOptIn: ['TAK', 'POTWIERDZAM', 'POTWIERDŹ'],
  help: ['POMOC', 'INFO', 'INFORMACJE'],
  custom: [],
  optOutConfirmation: 'Nie będziemy już wysyłać wiadomości. Aby znów je otrzymywać, odpisz START.',
  optInConfirmation: 'Od teraz będziesz otrzymywać nasze wiadomości. Odpisz POMOC, aby uzyskać pomoc, lub STOP, aby zrezygnować.',
  optInPrompt: 'Aby otrzymywać nasze wiadomości, odpisz START. Aby uzyskać pomoc, odpisz POMOC. W każdej chwili możesz zrezygnować, odpisując STOP.',
  doubleOptInPrompt: 'Odpisz TAK, aby potwierdzić, że chcesz otrzymywać nasze wiadomości. Jeśli nie chcesz, odpisz STOP.',
  helpResponse: 'Napisz tutaj swoje pytanie, a odpowiemy. Aby nie otrzymywać więcej naszych wiadomości, odpisz STOP.',
  customResponse: null,
}
