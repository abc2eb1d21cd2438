"""A connection to a database server that a test can cut."""

import contextlib
import socket
import threading


class Cable:
    """Forwards one port to another, until it is cut: then no connection lives or can be made."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.ends, self.threads = [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start(self.accept)

    def start(self, function, *args):
        thread = threading.Thread(target=function, args=args)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(self.target)
                self.ends += [near, far]
                self.start(self.pump, near, far)
                self.start(self.pump, far, near)

    def pump(self, source, target):
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        self.shut(source)
        self.shut(target)

    @staticmethod
    def shut(end):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.shut(self.listener)
        self.listener.close()
        for end in self.ends:
            self.shut(end)
        for thread in self.threads:
            thread.join(timeout=30)
        for end in self.ends:
            end.close()
