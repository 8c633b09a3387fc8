# Lo que dijeron los lectores, en el puesto de trabajo.

feedback-title = Comentarios de los lectores
feedback-lead = Los lectores de los informes escriben aquí lo que saben de un suceso. Cada comentario permanece en la lista hasta que alguien lo marca como atendido.
feedback-filter = Acotar la lista
feedback-about = Motivo
feedback-any = Todos
feedback-location = Referencia del local
feedback-state-open = Pendientes
feedback-state-handled = Atendidos
feedback-state-all = Todos
feedback-kind-ours = Era una persona de la casa
feedback-kind-call = Pide que le llamen
feedback-kind-wrong = Algo del informe es incorrecto
feedback-kind-other = Otra cosa
feedback-open = pendiente
feedback-handled = Atendido
feedback-open-count = { $count ->
    [0] No hay comentarios pendientes
    [one] Hay un comentario pendiente
   *[other] Hay { $count } comentarios pendientes
  }
feedback-none = No hay ninguno.
feedback-older = Anteriores
feedback-newest = Volver a los más recientes
feedback-phone = Teléfono: { $phone }
feedback-from = { $name } escribe
feedback-when = Fecha
feedback-address = Dirección
feedback-telephone = Teléfono
feedback-wordless = Sin más palabras.
feedback-handle = Marcar como atendido
feedback-handle-do = Está atendido
feedback-handled-by = Por { $by }, { $at }
feedback-reply = Respuesta al lector
feedback-reply-help = Aparece bajo el suceso en su informe. Puede quedar vacía.
feedback-remark = Nota interna
feedback-remark-help = Solo la lee el personal. Puede quedar vacía.
feedback-event = El suceso
feedback-event-open = Abrirlo en el informe
feedback-event-gone = Los archivos del informe se eliminaron al vencer el plazo de conservación; solo queda el comentario.
feedback-said-handled = El comentario queda marcado como atendido.
feedback-said-handled-before = Alguien ya lo había marcado como atendido; así se queda.
feedback-on-event = { $name } ({ $address }), { $at }: { $kind }

# Who opens a shared link, where the account wants the address confirmed.

share-prove-title = Confirme su dirección
share-prove-text = Esto se compartió únicamente con { $address }. Escriba esa dirección y recibirá en ella un código de un solo uso.
share-prove-other = Ha iniciado sesión con { $address } y este enlace se envió a otra dirección.
share-prove-help = La dirección en la que recibió el enlace.
share-prove-do = Enviarme el código
share-proof-title = Enlaces compartidos
share-proof-label = Quien abre un enlace compartido confirma la dirección a la que se envió
share-proof-help = A esa dirección llega un código de un solo uso, de modo que un enlace reenviado no se abre para nadie más. También vale para los enlaces ya enviados. Sin ello, el enlace se abre para quien lo tenga, y cada apertura queda en el registro de accesos.
share-proof-save = Guardar
