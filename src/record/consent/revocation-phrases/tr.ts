import type { RevocationPhrases } from '../revocation-phrases.ts'

export const tr: RevocationPhrases = {
  language: 'tr',
  spaced: true,
  phrases: [
    '(mesaj|mesajlar|mesajlari|sms|reklam|ileti|bildirim) ((bana|bize|artik|lutfen|bir|daha) ){0,3}(atmayin|atmayiniz'
      + '|gondermeyin|gondermeyiniz|yollamayin|yollamayiniz|atmasaniz|gondermesin|gondermesinler)',
    '(bana|bize|artik|bir daha) ~(mesaj|sms|reklam)( bana| artik| daha)? (atma|gonderme|yollama|cekme)( artik| lutfen|'
      + ' yeter)? .',
    '(bana|bize) ((bir|daha|artik|lutfen) ){0,3}(yazma|yazmayin|yazmayiniz|ulasmayin|mesaj atma|ulasmaya calismayin)',
    '(mesaj|sms) (atma|gonderme|yollama) (bana|bize|artik)',
    'bir daha (bana |beni |bizi )?(yazma|yazmayin|arama|aramayin|rahatsiz etme|rahatsiz etmeyin|mesaj atma|mesaj atmayin)',
    '(mesaj|sms|ileti)* ((atmayi|gondermeyi|yollamayi|cekmeyi|gonderimini|gonderimi) )((lutfen|artik|hemen) ){0,2}(birak'
      + '|birakin|birakiniz|birakir misiniz|kes|kesin|kesiniz|durdur|durdurun|durdurunuz)',
    '(mesaj|mesajlari|mesajlarinizi|mesajinizi|sms|reklam|bildirim|ileti) ((almak|gelsin|gelmesini|artik|daha|fazla)'
      + ' ){0,3}istemiyor(um|uz)',
    '(beni|bizi) (artik )?rahat birak(in|iniz)?',
    '(beni|bizi) ((artik|lutfen|bir|daha) ){0,3}rahatsiz etme(yin|yiniz)?',
    '(beni|numarami|adimi|telefonumu|telefon numarami) ~(liste|rehber|sistem|kayit|veri)* ((lutfen|hemen) )?(cikar|sil)*',
    'numarami ((lutfen|hemen) )?sil(in|iniz|er misiniz)?',
    'abonelikten (cik|ayril|cikar)*',
    '(mesaj|sms) aboneligi(mi|ni)? (iptal|sonlandir)*',
    '(bu |su |lutfen )?(mesajlari|mesajlarinizi|sms leri|smsleri|bildirimleri) ((artik|lutfen|hemen|bana) ){0,2}(durdur'
      + '|durdurun|kes|kesin|iptal)( edin| et)?',
    '(baska|artik) mesaj (yok|istemiyorum|atmayin|gondermeyin)',
    '(iznimi|onayimi|rizami) (geri|iptal) *',
  ],
  not: [
    '~(durdurma|birakma|kesme)(yin|yiniz|k)*',
    '(kaybetmek|kacirmak|silmek) istemiyor*',
    'abonelikten (cikma|ayrilma)k istemiyor*',
  ],
}
