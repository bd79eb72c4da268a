// What people say, by language. Words that opt out or in are some of those Muster knows; free-text revocations are sentences it should notice.

export interface Language {
  given: string[]
  family: string[]
  /** The family's name first, and nothing between. */
  familyFirst?: true
  hello: string[]
  ask: string[]
  more: string[]
  thanks: string[]
  /** Of the business. */
  answer: string[]
  stop: string[]
  start: string[]
  revoke: string[]
}

export const languages: Readonly<Record<string, Language>> = {
  en: {
    given: ['Olivia', 'Noah', 'Amara', 'Liam', 'Zoe', 'Jack', 'Maya', 'Ethan'], family: ['Carter', 'Okafor', 'Singh', 'O’Neill', 'Walker', 'Reid', 'Nguyen', 'Brooks'],
    hello: ['Hi there!', 'Hello', 'Good morning'], thanks: ['Great, thank you!', 'Perfect, thanks a lot', 'ok cheers'],
    ask: ['Where is my parcel? It should have been here on Tuesday.', 'Can I move my appointment to Friday afternoon?', 'I was charged twice for order 48213', 'Do you have the blue one in size M?', 'How do I send something back?'],
    more: ['It is order 48213', 'The tracking page says "out for delivery" since yesterday', 'Any time after 3 pm works for me', 'I paid by card'],
    answer: ['Thank you for writing. Let me have a look.', 'Your parcel arrives tomorrow between 9 and 12.', 'Done! You will get a confirmation by e-mail.'],
    stop: ['STOP', 'Unsubscribe', 'stop!'], start: ['START'], revoke: ['Please stop texting me', 'take me off your list'],
  },
  es: {
    given: ['Lucía', 'Mateo', 'Valentina', 'Santiago', 'Camila', 'Álvaro', 'Ximena', 'Diego'], family: ['García', 'Hernández', 'Núñez', 'Rojas', 'Ibáñez', 'Morales', 'Peña', 'Castro'],
    hello: ['¡Hola!', 'Buenos días', 'Buenas tardes'], thanks: ['¡Muchas gracias!', 'Perfecto, gracias', 'Mil gracias por la ayuda'],
    ask: ['¿Dónde está mi pedido? Lo esperaba ayer.', '¿Puedo cambiar mi cita al viernes?', 'Me cobraron dos veces el mismo pedido', '¿Tienen la talla M en azul?', '¿Cómo puedo devolver un producto?'],
    more: ['El número es 48213', 'Lo pagué con tarjeta', 'Por la tarde me viene mejor', 'Vivo en el centro, segundo piso'],
    answer: ['Gracias por escribir. Lo miro ahora mismo.', 'Su pedido llega mañana por la mañana.', 'Listo, le enviamos la confirmación.'],
    stop: ['BAJA', 'Cancelar', 'Alto'], start: ['ALTA'], revoke: ['Por favor dejen de enviarme mensajes', 'No quiero recibir más mensajes'],
  },
  pt: {
    given: ['Ana', 'João', 'Beatriz', 'Tiago', 'Larissa', 'Rafael', 'Inês', 'Luís'], family: ['Silva', 'Santos', 'Gonçalves', 'Araújo', 'Conceição', 'Ferreira', 'Magalhães', 'Lima'],
    hello: ['Oi!', 'Bom dia', 'Olá, tudo bem?'], thanks: ['Muito obrigada!', 'Valeu, obrigado', 'Perfeito, obrigado pela ajuda'],
    ask: ['Cadê minha encomenda? Era para chegar ontem.', 'Posso mudar meu horário para sexta?', 'Fui cobrado duas vezes', 'Vocês têm esse modelo em azul?', 'Como faço para trocar um produto?'],
    more: ['O número do pedido é 48213', 'Paguei no Pix', 'Depois das 15h é melhor', 'Moro no apartamento 42'],
    answer: ['Obrigado pelo contato. Vou verificar.', 'Sua encomenda chega amanhã.', 'Pronto, está confirmado.'],
    stop: ['SAIR', 'Parar'], start: ['INICIAR'], revoke: ['Não quero mais receber mensagens', 'Parem de me mandar mensagens'],
  },
  fr: {
    given: ['Chloé', 'Léo', 'Manon', 'Théo', 'Aïcha', 'Jérôme', 'Inès', 'François'], family: ['Lefèvre', 'Moreau', 'Girard', 'Benoît', 'Dubois', 'Traoré', 'Renaud', 'Gauthier'],
    hello: ['Bonjour', 'Bonsoir', 'Salut !'], thanks: ['Merci beaucoup !', 'Parfait, merci', 'Super, bonne journée'],
    ask: ['Où est mon colis ? Il devait arriver mardi.', 'Puis-je déplacer mon rendez-vous à vendredi ?', "J'ai été débitée deux fois", 'Avez-vous la taille M en bleu ?', 'Comment faire un retour ?'],
    more: ['C’est la commande 48213', "J'ai payé par carte", 'Plutôt après 15 h', 'Le suivi n’avance plus depuis hier'],
    answer: ['Merci de votre message. Je regarde tout de suite.', 'Votre colis arrive demain matin.', "C'est fait, vous recevrez une confirmation."],
    stop: ['STOP', 'ARRÊT', 'Désabonner'], start: ['REPRENDRE'], revoke: ["Arrêtez de m'envoyer des messages", 'Je ne veux plus recevoir vos messages'],
  },
  de: {
    given: ['Lena', 'Jonas', 'Emilia', 'Lukas', 'Ayşe', 'Jürgen', 'Sophie', 'Björn'], family: ['Müller', 'Schäfer', 'Weiß', 'Krüger', 'Yılmaz', 'Vogel', 'Großmann', 'Becker'],
    hello: ['Hallo', 'Guten Tag', 'Guten Morgen!'], thanks: ['Vielen Dank!', 'Super, danke', 'Perfekt, schönen Tag noch'],
    ask: ['Wo ist mein Paket? Es sollte am Dienstag da sein.', 'Kann ich meinen Termin auf Freitag verschieben?', 'Mir wurde zweimal abgebucht', 'Gibt es das auch in Blau, Größe M?', 'Wie schicke ich etwas zurück?'],
    more: ['Es ist die Bestellung 48213', 'Ich habe per Karte bezahlt', 'Am liebsten nach 15 Uhr', 'Die Sendungsverfolgung steht seit gestern'],
    answer: ['Danke für Ihre Nachricht. Ich sehe gleich nach.', 'Ihr Paket kommt morgen Vormittag.', 'Erledigt, die Bestätigung kommt per E-Mail.'],
    stop: ['STOPP', 'Abmelden'], start: ['ANMELDEN'], revoke: ['Bitte schicken Sie mir keine Nachrichten mehr', 'Ich möchte keine Werbung mehr'],
  },
  it: {
    given: ['Giulia', 'Matteo', 'Chiara', 'Niccolò', 'Sofia', 'Davide', 'Elisa', 'Tommaso'], family: ['Rossi', 'Esposito', 'Colombo', 'D’Angelo', 'Ricci', 'Greco', 'Bianchi', 'Fontana'],
    hello: ['Ciao!', 'Buongiorno', 'Buonasera'], thanks: ['Grazie mille!', 'Perfetto, grazie', 'Ottimo, buona giornata'],
    ask: ['Dov’è il mio pacco? Doveva arrivare martedì.', 'Posso spostare l’appuntamento a venerdì?', 'Mi avete addebitato due volte l’ordine', 'Avete la taglia M in blu?', 'Come faccio a fare un reso?'],
    more: ['È l’ordine 48213', 'Ho pagato con la carta', 'Meglio dopo le 15', 'Il tracking è fermo da ieri'],
    answer: ['Grazie del messaggio. Controllo subito.', 'Il pacco arriva domani mattina.', 'Fatto, riceverà la conferma.'],
    stop: ['STOP', 'Cancellami', 'basta'], start: ['INIZIA'], revoke: ['Non voglio più ricevere messaggi', 'Smettetela di mandarmi messaggi'],
  },
  pl: {
    given: ['Zofia', 'Jakub', 'Małgorzata', 'Łukasz', 'Hanna', 'Paweł'], family: ['Wójcik', 'Kowalczyk', 'Zieliński', 'Dąbrowska', 'Król', 'Wiśniewska'],
    hello: ['Cześć', 'Dzień dobry'], thanks: ['Dziękuję bardzo!', 'Super, dzięki'],
    ask: ['Gdzie jest moja paczka? Miała być we wtorek.', 'Czy mogę przełożyć wizytę na piątek?', 'Pobrano mi opłatę dwa razy', 'Jak mogę zwrócić produkt?'],
    more: ['Numer zamówienia 48213', 'Płaciłam kartą', 'Najlepiej po 15'],
    answer: ['Dziękujemy za wiadomość. Już sprawdzam.', 'Paczka będzie jutro rano.'],
    stop: ['STOP', 'Rezygnuję', 'KONIEC'], start: ['WZNÓW'], revoke: ['Proszę nie wysyłać mi więcej wiadomości', 'Nie chcę otrzymywać wiadomości'],
  },
  tr: {
    given: ['Elif', 'Emre', 'Zeynep', 'Çağlar', 'Ayşe', 'Yiğit'], family: ['Yılmaz', 'Demir', 'Şahin', 'Öztürk', 'Koç', 'Aydın'],
    hello: ['Merhaba', 'Günaydın', 'Selam'], thanks: ['Çok teşekkürler!', 'Harika, sağ olun'],
    ask: ['Kargom nerede? Salı günü gelmesi gerekiyordu.', 'Randevumu cumaya alabilir miyim?', 'Kartımdan iki kez çekilmiş', 'Mavi renkte M beden var mı?'],
    more: ['Sipariş numarası 48213', 'Kartla ödedim', 'Öğleden sonra daha uygun'],
    answer: ['Mesajınız için teşekkürler. Hemen bakıyorum.', 'Kargonuz yarın sabah gelecek.'],
    stop: ['DURDUR', 'İptal'], start: ['BAŞLAT'], revoke: ['Lütfen bana bir daha yazmayın', 'Artık mesaj istemiyorum'],
  },
  ar: {
    given: ['محمد', 'فاطمة', 'أحمد', 'نور', 'ليلى', 'يوسف', 'مريم', 'خالد'], family: ['الخطيب', 'حداد', 'المصري', 'العلي', 'منصور', 'الشامي'],
    hello: ['السلام عليكم', 'مرحبا', 'صباح الخير'], thanks: ['شكراً جزيلاً', 'تمام، شكراً', 'الله يعطيكم العافية'],
    ask: ['أين طردي؟ كان يجب أن يصل يوم الثلاثاء.', 'هل يمكنني تغيير موعدي إلى يوم الجمعة؟', 'تم خصم المبلغ مرتين', 'هل يتوفر مقاس M باللون الأزرق؟'],
    more: ['رقم الطلب ٤٨٢١٣', 'دفعت بالبطاقة', 'بعد الساعة ٣ أفضل'],
    answer: ['شكراً لتواصلك، سأتحقق الآن.', 'سيصل الطرد غداً صباحاً.'],
    stop: ['إيقاف', 'إلغاء الاشتراك'], start: ['ابدأ'], revoke: ['لا أريد المزيد من الرسائل', 'توقفوا عن إرسال الرسائل'],
  },
  hi: {
    given: ['आरव', 'प्रिया', 'रोहन', 'अनन्या', 'विक्रम', 'दिव्या'], family: ['शर्मा', 'पटेल', 'गुप्ता', 'सिंह', 'वर्मा', 'मिश्रा'],
    hello: ['नमस्ते', 'हेलो', 'शुभ प्रभात'], thanks: ['बहुत धन्यवाद!', 'ठीक है, शुक्रिया'],
    ask: ['मेरा पार्सल कहाँ है? मंगलवार को आना था।', 'क्या मैं अपना अपॉइंटमेंट शुक्रवार को कर सकता हूँ?', 'मेरे पैसे दो बार कट गए', 'क्या यह नीले रंग में मिलेगा?'],
    more: ['ऑर्डर नंबर 48213 है', 'UPI से भुगतान किया था', 'शाम को बेहतर रहेगा'],
    answer: ['संपर्क करने के लिए धन्यवाद। मैं देखता हूँ।', 'आपका पार्सल कल सुबह पहुँचेगा।'],
    stop: ['बंद करें', 'BAND KARO', 'STOP'], start: ['शुरू'], revoke: ['मुझे मैसेज मत भेजो', 'मैसेज भेजना बंद करो'],
  },
  ja: {
    given: ['さくら', '健太', '結衣', '翔', '美咲', '大輔'], family: ['佐藤', '鈴木', '高橋', '渡辺', '髙田', '小林'], familyFirst: true,
    hello: ['こんにちは', 'お世話になっております', 'はじめまして'], thanks: ['ありがとうございます！', '助かりました', '承知しました'],
    ask: ['荷物がまだ届きません。火曜日の予定でした。', '予約を金曜日に変更できますか？', '二重に請求されています', 'Mサイズの青はありますか？'],
    more: ['注文番号は48213です', 'カードで支払いました', '15時以降だと助かります'],
    answer: ['お問い合わせありがとうございます。確認いたします。', '明日の午前中にお届けします。'],
    stop: ['停止', '配信停止'], start: ['再開'], revoke: ['もうメッセージを送らないでください', 'メッセージを送るのをやめてください'],
  },
  zh: {
    given: ['伟', '芳', '子轩', '雨桐', '明', '欣怡'], family: ['王', '李', '张', '刘', '陈', '欧阳'], familyFirst: true,
    hello: ['你好', '您好', '早上好'], thanks: ['谢谢！', '好的，多谢', '太好了，谢谢'],
    ask: ['我的包裹在哪里？应该星期二到的。', '可以把预约改到星期五吗？', '我被扣了两次款', '这款有蓝色M码吗？'],
    more: ['订单号是48213', '用微信支付的', '下午三点以后比较方便'],
    answer: ['感谢您的留言，我马上查一下。', '您的包裹明天上午送达。'],
    stop: ['退订', 'TD'], start: ['恢复'], revoke: ['请不要再给我发短信了', '别再发广告了'],
  },
  ko: {
    given: ['민준', '서연', '지훈', '하은', '도윤', '수빈'], family: ['김', '이', '박', '최', '정', '강'], familyFirst: true,
    hello: ['안녕하세요', '수고하십니다'], thanks: ['감사합니다!', '네, 고맙습니다'],
    ask: ['택배가 아직 안 왔어요. 화요일 도착 예정이었는데요.', '예약을 금요일로 바꿀 수 있을까요?', '결제가 두 번 됐어요', '파란색 M 사이즈 있나요?'],
    more: ['주문번호는 48213이에요', '카드로 결제했어요', '오후 3시 이후가 좋아요'],
    answer: ['문의 감사합니다. 바로 확인하겠습니다.', '내일 오전에 도착합니다.'],
    stop: ['수신거부', '중지'], start: ['시작'], revoke: ['문자 그만 보내세요', '더 이상 문자 보내지 마세요'],
  },
}
