"""Plays by WHEP with aiortc, which shares no code with the homeserver: whep-player.py URL TOKEN

Prints a line of JSON for each second of sound and each picture: what was decoded. Ends the stream when its input is closed.
"""

import asyncio
import json
import sys
import urllib.request

import numpy
from aiortc import RTCPeerConnection, RTCSessionDescription


def ask(method, url, token, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request) as response:
        return response.headers, response.read().decode()


def tell(**what):
    print(json.dumps(what), flush=True)


async def watch(track):
    while True:
        frame = await track.recv()
        tell(width=frame.width, height=frame.height)


async def listen(track):
    heard, rate = [], 48_000
    while True:
        frame = await track.recv()
        samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))
        heard.append(samples[:, 0].astype(float))
        if sum(map(len, heard)) < rate:
            continue
        second, heard = numpy.concatenate(heard), []
        spectrum = numpy.abs(numpy.fft.rfft(second))
        tell(hertz=int(spectrum.argmax() * rate / len(second)), level=float(numpy.abs(second).max()))


async def play(url, token):
    connection = RTCPeerConnection()
    tasks = []

    @connection.on("track")
    def on_track(track):
        tasks.append(asyncio.ensure_future(watch(track) if track.kind == "video" else listen(track)))

    @connection.on("connectionstatechange")
    def on_change():
        if connection.connectionState == "failed":
            sys.exit("no connection to the homeserver")

    connection.addTransceiver("video", direction="recvonly")
    connection.addTransceiver("audio", direction="recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    headers, answer = ask("POST", url, token, connection.localDescription.sdp.encode())
    await connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    ask("DELETE", urllib.request.urljoin(url, headers["Location"]), token)
    for task in tasks:
        task.cancel()
    await connection.close()


asyncio.run(play(*sys.argv[1:]))
