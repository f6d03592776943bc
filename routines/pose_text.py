"""The words of the pose editor: joints, places, parts and sentences, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _

REGIONS = {
    "spine": ["lumbar.flex", "lumbar.bend", "lumbar.turn", "thorax.flex", "thorax.bend", "thorax.turn"],
    "head": ["neck.flex", "neck.bend", "neck.turn", "head.flex", "head.bend", "head.turn"],
    "leg": ["hip.S.flex", "hip.S.abd", "hip.S.er", "knee.S.flex", "ankle.S.dorsi", "toe.S.ext"],
    "arm": [
        "shoulder.S.flex",
        "shoulder.S.abd",
        "shoulder.S.er",
        "elbow.S.flex",
        "forearm.S.pron",
        "wrist.S.ext",
        "hand.S.curl",
        "scapula.S.pro",
        "scapula.S.elev",
    ],
}


def pose_text() -> dict[str, Any]:
    """Return everything that the editor says, by kind and name; joints are named without their side."""
    return {
        "regions": REGIONS,
        "titles": {
            "root": _("Whole body"),
            "spine": _("Back"),
            "head": _("Neck and head"),
            "leg.R": _("Right leg"),
            "leg.L": _("Left leg"),
            "arm.R": _("Right arm"),
            "arm.L": _("Left arm"),
        },
        "joints": _joints(),
        "joints_mirrored": _joints_mirrored(),
        "postures": _postures(),
        "hands": _hands(),
        "feet": {
            "free": _("free, as the joints say"),
            "flat": _("flat on the floor"),
            "pin": _("flat and fixed to its place"),
            "toes": _("on the toes, heel lifted"),
            "thigh.R": _("on the right thigh"),
            "thigh.L": _("on the left thigh"),
        },
        "landmarks": _landmarks(),
        "focus": _focus(),
        "props": _props(),
        "warnings": _warnings(),
        "words": _words(),
    }


def _joints() -> dict[str, str]:
    return {
        "root.pitch": _("Lean forward, or head up when lying"),
        "root.turn": _("Roll to the right"),
        "root.bend": _("Tip to the right"),
        "lumbar.flex": _("Lower back, round"),
        "lumbar.bend": _("Lower back, bend right"),
        "lumbar.turn": _("Lower back, turn right"),
        "thorax.flex": _("Upper back, round"),
        "thorax.bend": _("Upper back, bend right"),
        "thorax.turn": _("Upper back, turn right"),
        "neck.flex": _("Neck, forward"),
        "neck.bend": _("Neck, bend right"),
        "neck.turn": _("Neck, turn right"),
        "head.flex": _("Head, nod"),
        "head.bend": _("Head, tilt right"),
        "head.turn": _("Head, turn right"),
        "hip.flex": _("Hip, bend"),
        "hip.abd": _("Hip, out to the side"),
        "hip.er": _("Hip, roll outward"),
        "knee.flex": _("Knee, bend"),
        "ankle.dorsi": _("Ankle, toes up"),
        "toe.ext": _("Toes, bend up"),
        "shoulder.flex": _("Arm, forward and up"),
        "shoulder.abd": _("Arm, out to the side"),
        "shoulder.er": _("Arm, roll outward"),
        "elbow.flex": _("Elbow, bend"),
        "forearm.pron": _("Forearm, palm turned down"),
        "wrist.ext": _("Wrist, bend back"),
        "hand.curl": _("Fingers, curl"),
        "scapula.pro": _("Shoulder blade, forward"),
        "scapula.elev": _("Shoulder blade, up"),
    }


def _joints_mirrored() -> dict[str, str]:
    """Return the joints whose words change where the figure is mirrored."""
    return {
        "root.turn": _("Roll to the left"),
        "root.bend": _("Tip to the left"),
        "lumbar.bend": _("Lower back, bend left"),
        "lumbar.turn": _("Lower back, turn left"),
        "thorax.bend": _("Upper back, bend left"),
        "thorax.turn": _("Upper back, turn left"),
        "neck.bend": _("Neck, bend left"),
        "neck.turn": _("Neck, turn left"),
        "head.bend": _("Head, tilt left"),
        "head.turn": _("Head, turn left"),
    }


def _postures() -> dict[str, str]:
    return {
        "standing": _("Standing"),
        "sitting": _("Sitting on a chair"),
        "supine": _("Lying on the back, legs straight"),
        "hooklying": _("Lying on the back, knees bent"),
        "prone": _("Lying on the front"),
        "quadruped": _("On hands and knees"),
        "side_lying": _("Lying on the left side"),
        "side_right": _("Lying on the right side"),
        "half_kneeling": _("Half kneeling, right foot in front"),
    }


def _hands() -> dict[str, str]:
    return {
        "free": _("free, as the joints say"),
        "shin.R": _("on the right shin"),
        "shin.L": _("on the left shin"),
        "thighback.R": _("behind the right thigh"),
        "thighback.L": _("behind the left thigh"),
        "thightop": _("on the thigh of its side"),
        "hip": _("on the hip"),
        "belly": _("on the belly"),
        "groin": _("on the groin"),
        "chest": _("on the chest"),
        "front": _("in front of the chest"),
        "head": _("behind the head"),
        "neckback": _("behind the neck"),
        "waistback": _("behind the waist"),
        "waistunder": _("under the waist"),
        "buttock": _("on the buttock"),
        "shoulderx": _("on the other shoulder"),
        "strap.R": _("on a strap round the right foot"),
        "strap.L": _("on a strap round the left foot"),
        "floor": _("on the floor, or on what stands there"),
        "forearm": _("forearm on the floor"),
        "here": _("fixed where the joints put it"),
    }


def _landmarks() -> dict[str, str]:
    return {
        "pelvis": _("pelvis"),
        "L3": _("lower back"),
        "T12": _("middle of the back"),
        "T6": _("upper back"),
        "C7": _("base of the neck"),
        "back": _("back"),
        "belly": _("belly"),
        "chest": _("chest"),
        "head": _("head"),
        "nose": _("nose"),
        "chin": _("chin"),
        "hip": _("hip"),
        "knee": _("knee"),
        "kneefront": _("front of the knee"),
        "ankle": _("ankle"),
        "heel": _("heel"),
        "toe": _("toes"),
        "shoulder": _("shoulder"),
        "elbow": _("elbow"),
        "wrist": _("wrist"),
        "hand": _("hand"),
    }


def _focus() -> dict[str, str]:
    return {
        "lumbar": _("lower back"),
        "thoracic": _("upper back"),
        "abdomen": _("belly"),
        "chest": _("chest"),
        "neck": _("neck"),
        "flank": _("flank"),
        "glute": _("buttock"),
        "hamstring": _("back of the thigh"),
        "quad": _("front of the thigh"),
        "hipflexor": _("groin"),
        "calf": _("calf"),
        "shoulder": _("shoulder"),
    }


def _props() -> dict[str, str]:
    return {
        "mat": _("mat"),
        "blanket": _("folded blanket"),
        "chair": _("chair"),
        "pillow": _("pillow"),
        "pad": _("roll under the knees"),
        "cushion": _("cushion between the knees"),
        "wall": _("wall"),
        "block": _("block"),
        "counter": _("worktop"),
        "step": _("step"),
        "table": _("table"),
        "strap": _("strap"),
        "handband": _("band in the hands"),
        "anchorband": _("band fixed to something"),
        "weight": _("weight"),
        "stick": _("stick"),
    }


def _warnings() -> dict[str, str | dict[str, str]]:
    return {
        "reach": _("Pose {key}: the {part} does not reach: {amount} cm."),
        "floor": _("Pose {key}: the {part} is {amount} cm in the floor."),
        "air": _("Pose {key}: the body floats {amount} cm above the floor."),
        "limit": _("Pose {key}: {part} is at {amount}°; it goes from {low} to {high}."),
        "through": _("Pose {key}: {part} run {amount} cm into each other."),
        "broken": _("This cannot be drawn: {reason}."),
        "fine": _("Nothing to complain of."),
        "parts": _parts(),
        "right": _("right {part}"),
        "left": _("left {part}"),
        "and": _("{a} and {b}"),
    }


def _parts() -> dict[str, str]:
    return {
        "pelvis": _("pelvis"),
        "thorax": _("trunk"),
        "neck": _("neck"),
        "head": _("head"),
        "thigh": _("thigh"),
        "shank": _("lower leg"),
        "ankle": _("ankle"),
        "foot": _("foot"),
        "sleeve": _("upper arm"),
        "arm": _("upper arm"),
        "forearm": _("forearm"),
        "hand": _("hand"),
        "knee": _("knee"),
        "elbow": _("elbow"),
        "wrist": _("wrist"),
    }


def _words() -> dict[str, str]:
    return {
        "pose": _("Pose {n}"),
        "changed": _("changed"),
        "reset": _("Reset {name}"),
        "as_posture": _("as the posture has it"),
        "as_written": _("as the data says"),
        "base": _("Base posture"),
        "together": _("Both sides together"),
        "by_hand": _("The lean is set by hand"),
        "by_hand_hint": _("Otherwise the body finds its own lean on the floor."),
        "right_hand": _("Right hand"),
        "left_hand": _("Left hand"),
        "right_foot": _("Right foot"),
        "left_foot": _("Left foot"),
        "forward": _("forward, cm"),
        "outward": _("outward, cm"),
        "high": _("above the floor, cm"),
        "contact": _("Hands and feet"),
        "time": _("Time and breath"),
        "move": _("Seconds to get here"),
        "hold": _("Seconds to stay"),
        "breath": _("Breath on the way"),
        "in": _("in"),
        "out": _("out"),
        "none": _("not said"),
        "air": _("Air in the lungs"),
        "camera": _("Camera and crop"),
        "yaw": _("From the side (0) to the front (90)"),
        "pitch": _("From above"),
        "crop": _("Close-up of"),
        "crop_none": _("nothing, show all of it"),
        "crop_r": _("Size of the close-up, cm"),
        "sides": _("Sides"),
        "sides_none": _("no sides"),
        "sides_each": _("drawn for the right, mirrored for the left"),
        "anchor": _("Keeps its place on the floor"),
        "marks": _("Arrows and highlights"),
        "arrow": _("Arrow {n}"),
        "arrow_point": _("follows"),
        "arrow_from": _("from pose"),
        "arrow_to": _("to pose"),
        "arrow_written": _("drawn as the data says"),
        "add_arrow": _("Add an arrow"),
        "remove": _("Remove"),
        "highlights": _("Highlighted"),
        "props": _("Things"),
        "add_prop": _("Add a thing"),
        "prop": _("Thing {n}"),
        "prop_type": _("What"),
        "prop_at": _("Where"),
        "prop_at_none": _("as usual"),
        "prop_at_hands": _("at the hands"),
        "prop_at_feet": _("at the legs and feet"),
        "prop_at_calves": _("under the calves"),
        "prop_under": _("Carries"),
        "prop_key": _("Fitted to pose"),
        "prop_since": _("There from pose"),
        "prop_h": _("Height, cm"),
        "play": _("Play"),
        "stop": _("Stop"),
        "both_hands": _("hands"),
        "both_feet": _("feet"),
        "both_shanks": _("lower legs"),
        "both_forearms": _("forearms"),
        "pelvis": _("pelvis"),
        "right": _("right {part}"),
        "left": _("left {part}"),
        "figure_of_pose": _("Pose {n} of {count}"),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "not_data": _("This is not data of a figure: {reason}"),
        "no_figure": _("no figure"),
        "step_pose": _("pose {n}"),
    }
