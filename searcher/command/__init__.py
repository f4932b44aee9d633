"""What a person types behind `lucbao` and sees besides results: arguments, messages, progress, files written. The commands are lucbao.py's."""
