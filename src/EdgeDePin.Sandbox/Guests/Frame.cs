using System.Buffers.Binary;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>What a frame between host and guest's process says.</summary>
internal enum FrameKind : byte
{
    /// <summary>To the process: facts of a module as <see cref="ModuleFrame"/> packs them, and the module. Answered by Compiled or Ended.</summary>
    Module = 1,

    /// <summary>To the process: a <see cref="CallFrame"/>. Answered by Ended or Missing.</summary>
    Run = 2,

    /// <summary>From the process: everything is loaded; now it gives up its rights.</summary>
    Loaded = 15,

    /// <summary>From the process: the protections that hold (4 bytes).</summary>
    Ready = 16,

    /// <summary>From the process: the module is compiled.</summary>
    Compiled = 17,

    /// <summary>From the process: it does not have that module, or no longer.</summary>
    Missing = 18,

    /// <summary>From the process: done and of, 4 bytes each.</summary>
    Progress = 19,

    /// <summary>From the process: a state to go on from.</summary>
    Checkpoint = 20,

    /// <summary>From the process: an <see cref="OutcomeFrame"/>.</summary>
    Ended = 21,
}

/// <summary>Four bytes length, one byte kind, the rest. Little endian. Neither side believes the other's length beyond what it allows.</summary>
internal sealed record Frame(FrameKind Kind, byte[] Content)
{
    /// <summary>Either direction's longest: an input, an output or a module, and what stands before it.</summary>
    public const int MaxContent = GuestCall.MaxInputBytes + GuestCall.MaxCheckpointBytes + 1_024;

    private const int Head = 5;

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">A length beyond <paramref name="most"/>.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within a frame.</exception>
    public static Frame? Read(Stream from, int most = MaxContent)
    {
        Span<byte> head = stackalloc byte[Head];
        int got = from.ReadAtLeast(head, Head, throwOnEndOfStream: false);
        if (got == 0)
        {
            return null;
        }

        int length = got == Head ? BinaryPrimitives.ReadInt32LittleEndian(head) : throw new EndOfStreamException("The stream ends within the head of a frame.");
        if (length < 0 || length > most)
        {
            throw new InvalidDataException($"A frame of {length} bytes; at most {most} are allowed.");
        }

        byte[] content = new byte[length];
        from.ReadExactly(content);
        return new Frame((FrameKind)head[4], content);
    }

    public static void Write(Stream to, FrameKind kind, params ReadOnlySpan<byte[]> parts)
    {
        int length = 0;
        foreach (byte[] part in parts)
        {
            length += part.Length;
        }

        // In one write while it is small: the other side wakes once.
        byte[] all = new byte[Head + length];
        BinaryPrimitives.WriteInt32LittleEndian(all, length);
        all[4] = (byte)kind;
        int at = Head;
        foreach (byte[] part in parts)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        to.Write(all);
        to.Flush();
    }
}
