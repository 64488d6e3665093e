using System.Text;

namespace EdgeDePin.Sandbox.Modules;

/// <summary>Reads the primitives of the binary format (WebAssembly core specification 5.2) and never beyond its bytes.</summary>
internal ref struct ModuleReader(ReadOnlySpan<byte> bytes, int offset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Where the next byte stands in the module.</summary>
    public readonly int Offset => offset + _at;

    public readonly bool AtEnd => _at == _bytes.Length;

    public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Refuse("the module ends too early");

    public uint Unsigned() => (uint)Leb(32, signed: false);

    /// <summary>A signed number of up to 64 bits whose value does not matter here.</summary>
    /// <param name="bits">32, 33 or 64.</param>
    public long Signed(int bits) => (long)Leb(bits, signed: true);

    /// <summary>How many of something follow.</summary>
    public int Count(int most, string what)
    {
        uint count = Unsigned();
        return count <= (uint)most ? (int)count : throw Refuse($"{count} {what}; at most {most} are allowed");
    }

    public ReadOnlySpan<byte> Take(uint length)
    {
        if (length > (uint)(_bytes.Length - _at))
        {
            throw Refuse($"{length} bytes are announced and {_bytes.Length - _at} are left");
        }

        _at += (int)length;
        return _bytes.Slice(_at - (int)length, (int)length);
    }

    /// <summary>A part of this module with a length in front.</summary>
    public ModuleReader Part(uint length)
    {
        int from = Offset;
        return new ModuleReader(Take(length), from);
    }

    public string Name()
    {
        ReadOnlySpan<byte> name = Take(Unsigned());
        return name.Length <= 256 ? Encoding.UTF8.GetString(name) : throw Refuse($"a name of {name.Length} bytes; at most 256 are allowed");
    }

    public readonly FormatException Refuse(string why) => new($"Not a module that runs here: {why} (at byte {Offset}).");

    // LEB128; unused bits of the last byte must repeat the sign, or be zero.
    private ulong Leb(int bits, bool signed)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = Byte();
            int left = bits - shift;
            value |= (ulong)(next & 0x7F) << shift;
            if (left < 7)
            {
                // Of the last byte only so many bits belong to the number.
                int unused = next & 0x7F & ~((1 << left) - 1);
                int filled = signed && (next & (1 << (left - 1))) != 0 ? 0x7F & ~((1 << left) - 1) : 0;
                return (next & 0x80) == 0 && unused == filled ? value : throw Refuse($"a number of more than {bits} bits");
            }

            if ((next & 0x80) == 0)
            {
                return value;
            }
        }
    }
}
