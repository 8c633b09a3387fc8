# Co powiedzieli czytelnicy, na stanowisku pracy.

feedback-title = Uwagi czytelników
feedback-lead = Czytelnicy porannych raportów piszą do Państwa pod zdarzeniem. Każda uwaga czeka tutaj, dopóki ktoś nie oznaczy jej jako załatwionej.
feedback-filter = Zawęź listę
feedback-about = W sprawie
feedback-any = Wszystko
feedback-location = Identyfikator lokalizacji
feedback-state-open = Do załatwienia
feedback-state-handled = Załatwione
feedback-state-all = Wszystkie
feedback-kind-ours = To był ktoś od nich
feedback-kind-call = Prosi o telefon
feedback-kind-wrong = Coś w raporcie się nie zgadza
feedback-kind-other = Coś innego
feedback-open = do załatwienia
feedback-handled = Załatwione
feedback-open-count = { $count ->
    [0] Żadna uwaga nie czeka na załatwienie
    [one] Jedna uwaga czeka na załatwienie
    [few] { $count } uwagi czekają na załatwienie
   *[many] { $count } uwag czeka na załatwienie
  }
feedback-none = Nie ma nic takiego.
feedback-older = Wcześniejsze
feedback-newest = Wróć do najnowszych
feedback-phone = Telefon: { $phone }
feedback-from = { $name } pisze
feedback-when = Kiedy
feedback-address = Adres
feedback-telephone = Telefon
feedback-wordless = Bez dalszych słów.
feedback-handle = Oznacz jako załatwione
feedback-handle-do = Załatwione
feedback-handled-by = { $by }, { $at }
feedback-reply = Odpowiedź dla czytelnika
feedback-reply-help = Pojawi się w raporcie pod zdarzeniem. Może pozostać pusta.
feedback-remark = Notatka wewnętrzna
feedback-remark-help = Czytają ją tylko pracownicy. Może pozostać pusta.
feedback-event = Zdarzenie
feedback-event-open = Otwórz w raporcie
feedback-event-gone = Pliki raportu usunięto po upływie okresu przechowywania; została tylko uwaga.
feedback-said-handled = Uwagę oznaczono jako załatwioną.
feedback-said-handled-before = Ktoś już wcześniej oznaczył ją jako załatwioną; tak zostaje.
feedback-on-event = { $name } ({ $address }), { $at }: { $kind }

# Who opens a shared link, where the account wants the address confirmed.

share-prove-title = Proszę potwierdzić adres
share-prove-text = Udostępniono to wyłącznie adresowi { $address }. Proszę go wpisać, a przyjdzie na niego jednorazowy kod.
share-prove-other = Zalogowano adresem { $address }, a ten link wysłano na inny adres.
share-prove-help = Adres, na który przyszedł link.
share-prove-do = Wyślij mi kod
share-proof-title = Udostępnione linki
share-proof-label = Kto otwiera udostępniony link, potwierdza adres, na który go wysłano
share-proof-help = Na ten adres przychodzi jednorazowy kod, więc przekazany dalej link nie otworzy się nikomu innemu. Dotyczy to także linków już wysłanych. Bez tego link otwiera się każdemu, kto go ma, a każde otwarcie zapisuje się w dzienniku dostępu.
share-proof-save = Zapisz
