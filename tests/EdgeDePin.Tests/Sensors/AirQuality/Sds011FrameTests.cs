using System.Globalization;
using CsCheck;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.AirQuality;

public sealed class Sds011FrameTests
{
    [Fact]
    public void Captured_frames_of_a_real_chip_decode_to_their_published_values()
    {
        byte[] captured = [.. File.ReadLines(SharedData.Require("pm-uart-captures", "SDS01x.hexdump")).SelectMany(Bytes)];
        (double, double)[] expected = [.. File.ReadLines(SharedData.Require("pm-uart-captures", "SDS01x.csv")).Skip(1).Select(Values)];
        Assert.Equal(10, expected.Length);
        Assert.Equal(expected, Frames(captured).Select(frame => (frame.Pm25, frame.Pm10)));
    }

    [Fact]
    public void Frames_are_found_again_after_any_garbage() =>
        Gen.Select(Gen.Byte.Array[0, 9], Gen.Int[0, 65_535], Gen.Int[0, 65_535]).Sample((garbage, fine, coarse) =>
        {
            byte[] report = SimulatedSds011.Report(fine / 10.0, coarse / 10.0);
            // Garbage may end in what looks like the head of a frame and swallows a part of ours; the next one is whole.
            Sds011Frame last = Frames([.. garbage, .. report, .. report]).Last();
            Assert.Equal((fine / 10.0, coarse / 10.0), (last.Pm25, last.Pm10));
        });

    // The byte that says what the frame is stands outside the checksum; flipped, the frame is of no kind that we wait for.
    [Fact]
    public void A_report_with_any_single_bit_inverted_is_no_report()
    {
        for (int bit = 0; bit < 8 * Sds011Frame.Length; bit++)
        {
            byte[] frame = SimulatedSds011.Report(12.3, 45.6);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.DoesNotContain(Frames(frame), found => found.Kind is Sds011Frame.Report or Sds011Frame.Reply);
        }
    }

    [Fact]
    public void A_frame_may_come_byte_by_byte()
    {
        var scanner = new Sds011FrameScanner();
        List<Sds011Frame> found = [];
        foreach (byte b in SimulatedSds011.Report(1.5, 2.5))
        {
            scanner.Free.Span[0] = b;
            scanner.Advance(1);
            if (scanner.TryTake(out Sds011Frame? frame))
            {
                found.Add(frame);
            }
        }

        Assert.Equal(1.5, Assert.Single(found).Pm25);
        Assert.Equal(0, scanner.Discarded);
    }

    // The query as the protocol sheet prints it: AA B4 04, zeros, FF FF, checksum 02, AB.
    [Fact]
    public void The_query_is_that_of_the_protocol_sheet() => Assert.Equal(
        "AAB404000000000000000000000000FFFF02AB", Convert.ToHexString(Sds011Command.AskConcentrations.Span));

    private static List<Sds011Frame> Frames(byte[] bytes)
    {
        var scanner = new Sds011FrameScanner();
        List<Sds011Frame> frames = [];
        foreach (byte[] part in bytes.Chunk(7))
        {
            part.CopyTo(scanner.Free);
            scanner.Advance(part.Length);
            while (scanner.TryTake(out Sds011Frame? frame))
            {
                frames.Add(frame);
            }
        }

        return frames;
    }

    private static byte[] Bytes(string line) => Convert.FromHexString(line[10..39].Replace(" ", "", StringComparison.Ordinal));

    private static (double, double) Values(string line)
    {
        double[] fields = [.. line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return (fields[1], fields[2]);
    }
}
