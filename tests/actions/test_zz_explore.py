import pytest
from conftest import Chat
T=[
 (dict(signed_in=False), ["卡密没到","没有订单号啊","我手机号13912348000","DD20261121A7K3","尾号8000","用不了啊","⟦key:aa⟧","还是不行","另一张也不行","DD20261119K2M9"]),
 (dict(signed_in=True), ["我买的卡用不了","第一个","卡号⟦key:aa⟧ 密码⟦key:bb⟧","还是不行啊","我要退款","算了不退了"]),
 (dict(signed_in=True), ["卡密没到","多久能到啊","那我等等","刚买的那个","催一下","好的谢谢","再见"]),
 (dict(signed_in=False), ["查下我的订单","202611210001234","忘了","你们这什么玩意","8000"]),
 (dict(signed_in=True), ["充错号了","第二个","谢谢"]),
 (dict(signed_in=True), ["卡密没到 DD20261121A7K3","不是这个","都不是","订单找不到了","人工"]),
 (dict(signed_in=True), ["steam卡没收到","就是这个","第二单"]),
 (dict(signed_in=False), ["DD20261121A7K3","8000","卡密没收到","提示过期了"]),
 (dict(signed_in=False), ["提取码忘了","DD20261121A7K3","8000"]),
 (dict(signed_in=False), ["退款","没单号","算了"]),
 (dict(signed_in=False), ["卡密没到","DD20261121A7K3","提取码忘了","手机号也换了","转人工"]),
 (dict(signed_in=True), ["付不了款","DD20261121A7K3","扣了钱还显示没付"]),
 (dict(signed_in=False), ["卡密没到","asdkfjhaskdf","????","😭😭😭"]),
 (dict(signed_in=True, answers={"cases/not-received":"not_received/out_of_stock"}), ["卡密没到 DD20261121A7K3","我等等吧","等等","不等了退钱"]),
]
@pytest.mark.parametrize("i", range(len(T)))
def test_x(chat: Chat, stub, i):
    desk, talk = T[i]
    for k,v in desk.items(): setattr(stub,k,v)
    for t in talk:
        h=chat.say(t); m=chat.tracker().latest_message
        print("客:",t, " <%s %.2f>"%(m.intent["name"],m.intent["confidence"]))
        for n,x in zip(h.names,h.texts): print("    ",n[6:],"|",x.replace("\n","⏎")[:110])
        print("        ", [b["title"] for b in h.buttons], len(h.cards))
