namespace EdgeDePin.EdgeHub;

/// <summary>
/// Follows the fixed headers of MQTT packets in what is received (MQTT 3.1.1, 2.2.3) and refuses one that announces more than it may have,
/// before anybody makes room for it.
/// </summary>
/// <param name="mostBytes">Of a packet behind its fixed header.</param>
internal sealed class PacketLimit(int mostBytes)
{
    private const int MostLengthBytes = 4;

    private int _header;
    private int _length;
    private int _body;

    /// <exception cref="IOException">A packet announces more, or its length makes no sense.</exception>
    public void Follow(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty)
        {
            if (_body > 0)
            {
                int passed = Math.Min(_body, received.Length);
                _body -= passed;
                received = received[passed..];
                continue;
            }

            byte next = received[0];
            received = received[1..];
            if (_header == 0)
            {
                (_header, _length) = (1, 0);
                continue;
            }

            _length |= (next & 0x7F) << (7 * (_header - 1));
            if (_length > mostBytes || (next >= 0x80 && _header == MostLengthBytes))
            {
                throw new IOException($"a packet announces {_length} bytes or more, and {mostBytes} are allowed");
            }

            (_header, _body) = next >= 0x80 ? (_header + 1, 0) : (0, _length);
        }
    }
}
