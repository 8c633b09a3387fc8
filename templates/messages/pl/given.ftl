# Co otrzymała osoba, która się loguje: noce obiektu z raportami; i co się z tym stało
nights-title = Raporty
nights-own = Noce tego obiektu, o których wysłano Ci wiadomość. Każda otwiera raport tak jak odnośnik z wiadomości.
nights-all = Wszystkie noce tego obiektu, z których jest raport. Te, o których wysłano Ci wiadomość, otwierają się jak z wiadomości.
nights-count = { $count ->
    [one] { $count } noc
    [few] { $count } noce
    [many] { $count } nocy
   *[other] { $count } nocy
  }
nights-interactions = Interakcje
nights-pdf = Transakcje
nights-pdf-of = PDF, { $night }
nights-revision = Wersja { $number }
nights-removed = Już nieprzechowywany
nights-none = Nie ma jeszcze raportu z tego obiektu.
nights-none-own = Nie wysłano Ci żadnego raportu z tego obiektu.
share-not-yours = Nie masz już dostępu do tego, co tu udostępniono: możesz to zakończyć, ale nie przedłużyć ani wysłać ponownie.
share-comments-earlier = { $count ->
    [one] Jednego wcześniejszego komentarza nie pokazano.
    [few] { $count } wcześniejszych komentarzy nie pokazano.
    [many] { $count } wcześniejszych komentarzy nie pokazano.
   *[other] { $count } wcześniejszego komentarza nie pokazano.
  }
share-links-withdrawn = Wycofano { $at }
share-links-sure = Odnośnik wycofano celowo. Mimo to wysłać nowy?
share-links-send-sure = Tak, wyślij nowy odnośnik
share-done-sure = Ten odnośnik wycofano. Potwierdź w jego wierszu, że mimo to ma zostać wysłany nowy.
