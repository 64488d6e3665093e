using System.Text;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Hpma115;
using EdgeDePin.Sensors.AirQuality.Mhz19b;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Dsmr;
using EdgeDePin.Sensors.Grid.SunSpec;
using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Sensors.Sensirion;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Sensors.Weather.Ds18b20;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Tests.Storage.Fuzz;

namespace EdgeDePin.Tests.Sensors;

/// <summary>
/// Bytes from a wire into every parser of frames: random ones, and good frames that are mutated. Nothing throws, hangs or grows.
/// <c>EDGEDEPIN_LONG=true</c> for a million inputs each.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int ShortForm = 4_000;
    private const int MostInputs = 1_000_000;
    private const long Allocation = 400_000;

    private static readonly byte[][] Good =
    [
        Convert.FromHexString("424d001c0000000800080000000800080" + "0d20046002d001e0000000097" + "0002c5"),
        Convert.FromHexString("aac00600060058d93dab"),
        Convert.FromHexString("ff86027c42000000ba"),
        Convert.FromHexString("400d0400040007000900170000000084"),
        Convert.FromHexString("7e0003002840a78320411777bb414a5f8341548ddd41d2833e427d33fc85422617224229a4d9422a29bc3f55b7e79e7e"),
        Convert.FromHexString("01041408D1006C000000F400000026000001F4006400005134"),
        Encoding.ASCII.GetBytes("/ISk5\\2MT382-1000\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.8.1(000004.426*kWh)\r\n0-1:24.2.1(170102161005W)(00000.107*m3)\r\n!\r\n"),
        Encoding.ASCII.GetBytes("7f 01 4b 46 7f ff 01 10 33 : crc=33 YES\n"),
        [1, .. "7.401"u8, 0],
        Encoding.ASCII.GetBytes("?i,pH,1.98\r*OK\r1413,702,0.71,1.000\r*OK\r"),
        Convert.FromHexString("1000010002"),
        Convert.FromHexString("10001400020440E00000"),
        Convert.FromHexString("000100000007010404433F8000"),
    ];

    public static TheoryData<string> Parsers =>
        ["pms5003", "sds011", "mhz19b", "hpma115", "shdlc", "modbus-rtu", "modbus-pdu", "modbus-write", "modbus-tcp", "modbus-unit", "sunspec", "dsmr", "ds18b20", "sensirion", "ezo",
         "ezo-line"];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Nothing_on_a_wire_upsets_a_parser(string parser) => FuzzRun.Run(
        LongForm.IsOn ? MostInputs : ShortForm, 1, Next, bytes => Feed(parser, bytes), bytes => Convert.ToHexString(bytes), _ => Allocation);

    private static byte[] Next(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            return noise;
        }

        List<byte> bytes = [.. Good[random.Next(Good.Length)], .. random.Next(2) == 0 ? Good[random.Next(Good.Length)] : []];
        for (int change = random.Next(6); change > 0 && bytes.Count > 1; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                default: bytes.RemoveRange(at, bytes.Count - at - 1); break;
            }
        }

        return [.. bytes];
    }

    private static void Feed(string parser, byte[] bytes)
    {
        var sample = new SampleBuffer();
        switch (parser)
        {
            case "pms5003":
                Scan(new FrameScanner(Pms5003Frame.At, Pms5003Frame.Longest), bytes, frame =>
                {
                    if (frame.Length == Pms5003Frame.Longest)
                    {
                        sample.Clear();
                        Pms5003Model.Pms5003T.Convert(frame.Span, sample);
                    }
                });
                break;
            case "sds011":
                var scanner = new Sds011FrameScanner();
                foreach (byte b in bytes)
                {
                    scanner.Free.Span[0] = b;
                    scanner.Advance(1);
                    scanner.TryTake(out _);
                }

                break;
            case "hpma115":
                Scan(new FrameScanner(Hpma115Frame.At, Hpma115Frame.Length), bytes, frame => Hpma115Frame.Convert(frame.Length == Hpma115Frame.Length ? frame.Span : Hpma115Frame.Of([]), new SampleBuffer()));
                break;
            case "mhz19b":
                Scan(new FrameScanner(Mhz19bFrame.At, Mhz19bFrame.Length), bytes, frame => Mhz19bFrame.CarbonDioxide(frame.Span));
                break;
            case "shdlc":
                byte[] content = new byte[Sps30Frame.LongestContent];
                Scan(new FrameScanner(Shdlc.At, Sps30Frame.Longest), bytes, frame => Assert.True(Shdlc.TryDecode(frame.Span, content, out _)));
                break;
            case "modbus-rtu":
                ModbusRtuFrame.Decode(bytes, new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 10));
                break;
            case "modbus-pdu":
                ModbusPdu.Decode(bytes, new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 10));
                break;
            case "modbus-write":
                ModbusPdu.Decode(bytes, ModbusRequest.Write(1, 1, 0x000A, 0x0102));
                ModbusRtuFrame.Decode(bytes, ModbusRequest.WriteSingle(1, 1, 3));
                break;
            case "modbus-tcp":
                using (var link = new ModbusTcpLink(new StreamPort(new Heard(bytes), TimeProvider.System)))
                {
                    Assert.True(link.AskAsync(new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 2), CancellationToken.None).AsTask().IsCompleted);
                }

                break;
            case "modbus-unit":
                Assert.InRange(new SimulatedSdm630((_, _) => 230, TimeProvider.System).Answer(bytes).Length, 2, 253);
                break;
            case "sunspec":
                ushort[] registers = new ushort[SunSpecModel.Inverter.Length + 2];
                bytes.AsSpan(0, Math.Min(bytes.Length, 2 * registers.Length)).CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(registers.AsSpan()));
                foreach (SunSpecPoint point in SunSpecModel.Inverter.Points)
                {
                    Assert.True(double.IsFinite(SunSpecModel.Value(point, registers) ?? 0));
                }

                break;
            case "ezo-line":
                Scan(new FrameScanner(EzoLine.At, EzoLine.Longest), bytes, frame =>
                {
                    string line = EzoLine.Text(frame.Span);
                    EzoLine.TryNumber(line, out _);
                    _ = EzoLine.IsCode(line) ? EzoLine.Fault(line) : null;
                });
                break;
            case "dsmr":
                var telegrams = new DsmrScanner();
                for (int at = 0; at < bytes.Length;)
                {
                    Answer<DsmrTelegram>? answer = telegrams.Take(bytes.AsSpan(at), out int taken);
                    at += taken;
                    if (answer is { } found && !found.Failed(out _, out DsmrTelegram? telegram))
                    {
                        sample.Clear();
                        DsmrConversion.Convert(telegram, sample);
                    }
                }

                break;
            case "ds18b20":
                Span<byte> scratchpad = stackalloc byte[Ds18b20Scratchpad.Length];
                if (Ds18b20Scratchpad.TryParse(Encoding.Latin1.GetString(bytes), scratchpad))
                {
                    Ds18b20Scratchpad.TryConvert(scratchpad, bytes[0] > 127, out _, out _);
                }

                break;
            case "sensirion":
                SensirionFrame.TryDecode(bytes, new ushort[bytes.Length / 3], out _);
                break;
            default:
                EzoAnswer.TryNumber(bytes, out _);
                EzoAnswer.Text(bytes);
                EzoAnswer.Fault(bytes[0]);
                break;
        }
    }

    /// <summary>A socket on which a program has said these bytes, whatever it was asked, and has left.</summary>
    private sealed class Heard(byte[] bytes) : MemoryStream(bytes)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    // In pieces of any size, as a line gives them; there must always be room for more.
    private static void Scan(FrameScanner scanner, byte[] bytes, Action<ReadOnlyMemory<byte>> found)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int count = Math.Min(Math.Min(7, scanner.Free.Length), bytes.Length - at);
            Assert.True(count > 0);
            bytes.AsSpan(at, count).CopyTo(scanner.Free.Span);
            scanner.Advance(count);
            at += count;
            while (scanner.TryTake(out ReadOnlyMemory<byte> frame))
            {
                found(frame);
            }
        }
    }
}
