import type { RevocationPhrases } from '../revocation-phrases.ts'

export const pl: RevocationPhrases = {
  language: 'pl',
  spaced: true,
  phrases: [
    '(przesta(n|ncie|c|nie|nmy)|skoncz|skonczcie) ((juz|prosze|do|mnie|mi|nam|wreszcie|w koncu|natychmiast) ){0,3}(pisac'
      + '|wysylac|przysylac|kontaktowac|dzwonic|smsowac|nekac|spamowac|nagabywac|z tymi (wiadomosciami|smsami))',
    'nie (piszcie|pisz|pisac|wysylajcie|wysylaj|wysylac|przysylajcie|przysylaj|przysylac|kontaktujcie|kontaktuj|kontaktowac'
      + '|dzwoncie|dzwonic|dzwon)( sie)?( ze)? ((mi|do|mnie|mna|juz|zadnych|tych|prosze|nam) ){0,4}(wiecej|nigdy|wiadomosci|smsow'
      + '|sms|reklam)',
    'nie (piszcie|pisz|pisac|dzwoncie|dzwon) ((juz|prosze) )?do mnie( juz| prosze| wiecej)? .',
    'nie (chce|chcemy|zycze sobie|chcialbym|chcialabym|zgadzam sie na) ((juz|wiecej|zadnych|dostawac|otrzymywac|dostawania'
      + '|otrzymywanie|od|was|tych|waszych|takich|panstwa|kolejnych) ){0,5}(wiadomosci|smsow|sms|reklam|powiadomien)',
    'nie (chce|zycze sobie) ((juz|wiecej) ){0,2}(kontaktu|zebyscie (do mnie )?pisali)',
    '(dajcie|daj|zostawcie|zostaw) ((mi|mnie|nas|nam|juz|wreszcie) ){1,3}((swiety|w) )?(spokoj|spokoju)',
    '(wypisz|wypiszcie|usun|usuncie|skresl|skreslcie|wykresl|wykreslcie|usunac|wypisac|wykreslic|skreslic|wyrejestrujcie'
      + '|prosze o usuniecie) ((mnie|moj|mojego|numeru|numer|telefonu|prosze) ){0,4}z ~(listy|bazy|list|subskrypcji)',
    '(wypiszcie|wypisz|wyrejestrujcie|wyrejestruj) mnie',
    '(usuncie|usun|prosze usunac) moj numer',
    '(chce|chcialbym|chcialabym|jak) ((moge|mozna) )?sie (wypisac|wyrejestrowac)',
    'rezygnuje z ((otrzymywania|waszych|tych|dalszych) ){0,2}(wiadomosci|sms|smsow|subskrypcji|powiadomien)',
    '(dosc|koniec) (tych |z tymi |juz )?(wiadomosci|smsow|wiadomosciami|smsami)',
    '. (prosze )?(zadnych|koniec) ((wiecej|kolejnych) )?(wiadomosci|smsow|sms)',
    '(cofam|wycofuje|odwoluje) ((moja|swoja|niniejszym) )?zgode',
  ],
  not: [
    'nie przesta*',
    'nie ((chce|mam zamiaru|zamierzam) )?(wypisuj|rezygnuj|wypisac|rezygnowac)*',
    '(dlaczego|czemu|juz) nie',
  ],
}
