import type { Keywords } from '../../../contract/consent.ts'

// DUR ("stop", also "wait") is not an opt-out word: in French it is an answer, "hard".
export const tr: Keywords = {
  optOut: ['DURDUR', 'RET', 'İPTAL', 'İPTAL ET', 'AYRIL', 'ÇIKIŞ', 'ABONELİKTEN ÇIK', 'ABONELİK İPTAL', 'STOP'],
  optIn: ['BAŞLAT', 'BAŞLA', 'ABONE OL', 'KATIL'],
  doubleOptIn: ['EVET', 'ONAY', 'ONAYLA', 'ONAYLIYORUM'],
  help: ['YARDIM', 'BİLGİ'],
  custom: [],
  optOutConfirmation: 'Artık size mesaj göndermeyeceğiz. Yeniden mesaj almak isterseniz BAŞLAT yazıp gönderin.',
  optInConfirmation: 'Artık mesajlarımızı alacaksınız. Yardım için YARDIM, mesajları durdurmak için DURDUR yazıp gönderin.',
  optInPrompt: 'Mesajlarımızı almak için BAŞLAT, yardım için YARDIM yazıp gönderin. DURDUR yazarak istediğiniz zaman vazgeçebilirsiniz.',
  doubleOptInPrompt: 'Mesajlarımızı almak istediğinizi onaylamak için EVET yazıp gönderin. İstemiyorsanız DURDUR yazıp gönderin.',
  helpResponse: 'Sorunuzu buraya yazın, yanıtlayalım. Mesajlarımızı durdurmak için DURDUR yazıp gönderin.',
  customResponse: null,
}
