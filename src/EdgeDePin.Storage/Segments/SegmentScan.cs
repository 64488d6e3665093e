namespace EdgeDePin.Storage.Segments;

/// <summary>Finds the whole frames in the bytes of a segment, and what lies between them.</summary>
internal static class SegmentScan
{
    public delegate void FrameVisitor(Frame frame);

    /// <param name="offset">Where bytes begin that belong to no whole frame.</param>
    public delegate void DamageVisitor(int offset, int length);

    /// <summary>Visits frames and damage in the order of the file.</summary>
    public static void Visit(ReadOnlySpan<byte> segment, FrameVisitor whole, DamageVisitor damaged)
    {
        int at = 0;
        while (at < segment.Length)
        {
            int length = Frame.Read(segment[at..], out Frame frame);
            if (length > 0)
            {
                whole(frame);
                at += length;
                continue;
            }

            int next = NextWhole(segment, at + 1);
            damaged(at, next - at);
            at = next;
        }
    }

    private static int NextWhole(ReadOnlySpan<byte> segment, int from)
    {
        while (from < segment.Length)
        {
            int found = segment[from..].IndexOf(Frame.Magic);
            if (found < 0)
            {
                break;
            }

            from += found;
            if (Frame.Read(segment[from..], out _) > 0)
            {
                return from;
            }

            from++;
        }

        return segment.Length;
    }
}
