"""What the set-up says, in Chinese and English, before anything but Python is there."""

from __future__ import annotations

import os

SENTENCES = {
    "complete": ("环境已就绪：{path}", "The environment is ready: {path}"),
    "installing_system": ("安装系统软件包（{count} 个）：{names}", "Installing {count} system packages: {names}"),
    "catalogue": ("更新软件包目录……", "Refreshing the package catalogue…"),
    "making": (
        "创建 Python 环境 {path}（Python {version}）",
        "Making the Python environment {path} (Python {version})",
    ),
    "fetching": (
        "安装 {count} 个固定版本的 Python 软件包",
        "Installing {count} Python packages at their pinned versions",
    ),
    "unpacking": ("解包并安装……", "Unpacking and installing…"),
    "still": ("……仍在进行（{seconds} 秒）", "… still at it ({seconds} s)"),
    "no_python": (
        "需要 Python {oldest} 至 {newest}，这里找到的是：{found}。请先安装，例如：sudo apt-get install -y python3",
        "Python {oldest} to {newest} is needed, found here: {found}. Install one first, for example: "
        "sudo apt-get install -y python3",
    ),
    "ask": (
        "缺少系统软件包，且无权自行安装。请执行下面这一行，然后重试：\n{line}",
        "System packages are missing and this user may not install them. Run this one line, then try again:\n{line}",
    ),
    "ask_other": (
        "缺少系统库，请用本系统的软件包工具安装后重试：{names}",
        "System libraries are missing; install them with this system's own tool, then try again: {names}",
    ),
    "still_missing": (
        "已安装系统软件包，但仍缺少：{names}。请查看 {log}。",
        "The system packages are in, but these are still missing: {names}. See {log}.",
    ),
    "qt_misses": (
        "Qt WebEngine 无法载入：{reason}。请安装提供该文件的系统软件包，然后重试。",
        "Qt WebEngine cannot be loaded: {reason}. Install the system package that has this file, then try again.",
    ),
    "no_network": (
        "无法连接软件源，未能下载 {what}。请检查网络或代理（pip 与 apt 的设置照常有效），然后重试。",
        "The package source cannot be reached, so downloading {what} failed. Check the network or the proxy "
        "(pip's and apt's own settings apply), then try again.",
    ),
    "no_trust": (
        "软件源的证书不受本机信任，未能下载 {what}。请把所在网络的根证书装进系统，或用 PIP_CERT 指明它，然后重试。",
        "This machine does not trust the package source's certificate, so downloading {what} failed. Install the "
        "root certificate of your network, or name it in PIP_CERT, then try again.",
    ),
    "no_disk": (
        "磁盘空间不足：{path} 约需 {need} MB，可用 {free} MB。请腾出空间后重试。",
        "Not enough disk space: {path} needs about {need} MB, {free} MB are free. Make room, then try again.",
    ),
    "disk_full": (
        "安装 {what} 时磁盘已满（目标 {path}，临时文件在 {temporary}）。请腾出空间后重试，会接着做。",
        "The disk became full while {what} was being installed (into {path}, temporary files in {temporary}). "
        "Make room, then try again; it goes on from here.",
    ),
    "system_packages": ("系统软件包", "the system packages"),
    "no_wheel": (
        "{what} 没有适用于本机（{machine}，Python {version}）的安装包。请换用受支持的系统或 Python 版本。",
        "There is no ready-made {what} for this machine ({machine}, Python {version}). "
        "Use a supported system or another Python version.",
    ),
    "bad_hash": (
        "下载的 {what} 与锁定的校验值不符，已停止安装。请检查软件源，然后重试。",
        "The downloaded {what} does not match its recorded hash, so nothing of it was installed. "
        "Check the package source, then try again.",
    ),
    "held": (
        "另一个程序正在安装软件包。请等它结束后重试。",
        "Another program is installing packages. Wait until it is done, then try again.",
    ),
    "not_ours": (
        "{path} 不归当前用户所有或不可写。请删除它或换一个目录，然后重试。",
        "{path} cannot be written by this user. Remove it or use another folder, then try again.",
    ),
    "failed": (
        "安装 {what} 没有成功。完整记录在 {log}。",
        "Installing {what} did not succeed. The whole record is in {log}.",
    ),
    "stopped": ("已停止；再次运行会接着做。", "Stopped; the next run goes on from here."),
}


def chinese() -> bool:
    """Return whether the person at this terminal reads Chinese, by the system's own settings."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name].lower().startswith("zh")
    return False


def say(key: str, **values: object) -> str:
    """Return the sentence of ``key`` in the person's language, its placeholders filled."""
    return SENTENCES[key][0 if chinese() else 1].format(**values)
