# Lo que recibió quien inicia sesión: las noches de un establecimiento con sus informes; y qué fue de ello
nights-title = Informes
nights-own = Las noches de este establecimiento que se le enviaron por correo. Cada una abre el informe como lo hace el enlace del correo.
nights-all = Todas las noches de este establecimiento de las que hay informe. Las que se le enviaron se abren como desde el correo.
nights-count = { $count ->
    [one] { $count } noche
   *[other] { $count } noches
  }
nights-interactions = Interacciones
nights-pdf = Transacciones
nights-pdf-of = PDF, { $night }
nights-revision = Revisión { $number }
nights-removed = Ya no se conserva
nights-none = Todavía no hay ningún informe de este establecimiento.
nights-none-own = No se le ha enviado ningún informe de este establecimiento.
share-not-yours = Ya no tiene acceso a lo que se compartió aquí: puede ponerle fin, pero no prolongarlo ni volver a enviarlo.
share-comments-earlier = { $count ->
    [one] No se muestra un comentario anterior.
   *[other] No se muestran { $count } comentarios anteriores.
  }
share-links-withdrawn = Retirado el { $at }
share-links-sure = El enlace se retiró a propósito. ¿Enviar uno nuevo de todos modos?
share-links-send-sure = Sí, enviar un nuevo enlace
share-done-sure = Este enlace se retiró. Confirme en su fila que se envíe uno nuevo de todos modos.
