using System.Buffers;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Go's json.Indent: every element on a line of its own, empty arrays and objects closed at once.</summary>
internal static class JsonIndent
{
    public static ReadOnlySpan<byte> By4(ReadOnlySpan<byte> json)
    {
        var target = new ArrayBufferWriter<byte>(json.Length * 3);
        int depth = 0;
        bool quoted = false;
        for (int at = 0; at < json.Length; at++)
        {
            byte c = json[at];
            if (quoted || c == '"')
            {
                quoted = c == '"' ? !quoted : quoted;
                target.Write(json.Slice(at, 1));
                if (c == '\\')
                {
                    target.Write(json.Slice(++at, 1));
                }

                continue;
            }

            bool closes = c is (byte)']' or (byte)'}';
            if (closes)
            {
                depth--;
                Break(target, json[at - 1] is not ((byte)'[' or (byte)'{') ? depth : -1);
            }

            target.Write(json.Slice(at, 1));
            bool opens = c is (byte)'[' or (byte)'{';
            depth += opens ? 1 : 0;
            if (c == ',' || (opens && json[at + 1] is not ((byte)']' or (byte)'}')))
            {
                Break(target, depth);
            }
            else if (c == ':')
            {
                target.Write(" "u8);
            }
        }

        return target.WrittenSpan;
    }

    private static void Break(IBufferWriter<byte> target, int depth)
    {
        if (depth >= 0)
        {
            target.Write("\n"u8);
            target.GetSpan(depth * 4)[..(depth * 4)].Fill((byte)' ');
            target.Advance(depth * 4);
        }
    }
}
