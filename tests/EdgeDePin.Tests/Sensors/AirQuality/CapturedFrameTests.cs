using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Hpma115;
using EdgeDePin.Sensors.AirQuality.Mhz19b;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Tests.Sensors.AirQuality;

/// <summary>Frames that others captured from real sensors, with what they say.</summary>
public sealed class CapturedFrameTests
{
    [Fact]
    public void Every_capture_of_a_pms5003_decodes_to_its_listed_values()
    {
        string[] columns = ["pm01", "pm25", "pm10", "n0_3", "n0_5", "n1_0", "n2_5", "n5_0", "n10_0"];
        Decodes("PMSx003", Pms5003Frame.At, Pms5003Frame.Longest, columns, frame => Values(frame, Pms5003Model.Pms5003));
    }

    [Fact]
    public void Every_capture_of_a_pms3003_decodes_to_its_listed_values() => Decodes(
        "PMS3003", Pms5003Frame.At, Pms5003Frame.Longest, ["pm01", "pm25", "pm10"], frame => Values(frame, Pms5003Model.Pms3003));

    [Fact]
    public void Every_capture_of_an_mhz19b_decodes_to_its_listed_values() => Decodes(
        "MHZ19B", Mhz19bFrame.At, Mhz19bFrame.Length, ["CO2"], frame => [Mhz19bFrame.CarbonDioxide(frame.Span)]);

    [Fact]
    public void Every_capture_of_an_hpma115_decodes_to_its_listed_values() => Decodes(
        "HPMA115C0", Hpma115Frame.At, Hpma115Frame.Length, ["pm01", "pm25", "pm04", "pm10"], frame =>
        {
            var sample = new SampleBuffer();
            Hpma115Frame.Convert(frame.Span, sample);
            return [.. sample.Measurements.ToArray().Select(one => one.Value)];
        });

    [Fact]
    public void Every_capture_of_an_sds011_decodes_to_its_listed_values()
    {
        List<double[]> seen = [];
        foreach (byte[] line in Capture("SDS01x"))
        {
            var scanner = new Sds011FrameScanner();
            line.CopyTo(scanner.Free);
            scanner.Advance(line.Length);
            Assert.True(scanner.TryTake(out Sds011Frame? frame));
            seen.Add([frame.Pm25, frame.Pm10]);
        }

        Assert.Equal(Listed("SDS01x", ["pm25", "pm10"]), seen);
    }

    // One of each, as others published them.
    [Fact]
    public void Single_frames_of_real_chips_decode_to_their_published_values()
    {
        byte[] plantower = Convert.FromHexString("424d001c000000080008000000080008" + "00d20046002d001e0000000097000" + "2c5");
        Assert.Equal(plantower.Length, Pms5003Frame.At(plantower));
        Assert.Equal([0, 8, 8, 2.10, 0.70, 0.45, 0.30, 0, 0], Values(plantower, Pms5003Model.Pms5003));

        byte[] winsen = Convert.FromHexString("ff86027c42000000ba");
        Assert.Equal(winsen.Length, Mhz19bFrame.At(winsen));
        Assert.Equal(636, Mhz19bFrame.CarbonDioxide(winsen));

        Sds011Frame nova = Only("aac00600060058d93dab");
        Assert.Equal((Sds011Frame.Report, 0.6, 0.6), (nova.Kind, nova.Pm25, nova.Pm10));
        Sds011Frame larger = Only("aacf0e001000e9050cab");
        Assert.Equal((Sds011Frame.ReportOfSds198, 16), (larger.Kind, larger.Pm100));
    }

    private static Sds011Frame Only(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var scanner = new Sds011FrameScanner();
        bytes.CopyTo(scanner.Free);
        scanner.Advance(bytes.Length);
        Assert.True(scanner.TryTake(out Sds011Frame? frame));
        return frame;
    }

    [Fact]
    public void A_pms5003t_tells_the_weather_too()
    {
        byte[] frame = Convert.FromHexString("424d001c001700270029001600230029100804a90116000c00d400e09a0004aa");
        Assert.Equal(frame.Length, Pms5003Frame.At(frame));
        double[] values = Values(frame, Pms5003Model.Pms5003T);
        Assert.Equal([22, 35, 41], values[..3]);
        Assert.Equal([21.2, 22.4], values[^2..]);
    }

    [Fact]
    public void An_sps30_frame_is_unstuffed_and_decoded()
    {
        byte[] frame = Convert.FromHexString(
            "7e0003002840a78320411777bb414a5f8341548ddd41d2833e427d33fc85422617224229a4d9422a29bc3f55b7e79e7e");
        Assert.Equal(frame.Length, Shdlc.At(frame));
        byte[] content = new byte[Sps30Frame.LongestContent];
        Assert.True(Shdlc.TryDecode(frame, content, out int length));
        Assert.Equal(44, length);
        var sample = new SampleBuffer();
        Sps30Frame.Convert(content.AsSpan(4, 40), sample);
        double[] expected = [5.235, 9.467, 12.648, 13.285, 26.314, 36.997, 41.523, 42.411, 42.541, 0.835];
        Assert.All(expected.Index(), one => Assert.Equal(one.Item, sample.Measurements[one.Index].Value, 0.0006));
    }

    [Theory]
    [InlineData("7E0000020103F97E")]
    public void An_sps30_is_started_as_its_datasheet_says(string frame) => Assert.Equal(frame, Convert.ToHexString(Sps30Frame.Start.Span));

    [Fact]
    public void Commands_are_those_of_the_manuals()
    {
        Assert.Equal("7E000300FC7E", Convert.ToHexString(Sps30Frame.Read.Span));
        Assert.Equal("7E000100FE7E", Convert.ToHexString(Sps30Frame.Stop.Span));
        Assert.Equal("424DE10000" + "0170", Convert.ToHexString(Pms5003Command.Passive.Span));
        Assert.Equal("424DE200000171", Convert.ToHexString(Pms5003Command.Ask.Span));
        Assert.Equal("424DE400000173", Convert.ToHexString(Pms5003Command.GoToSleep.Span));
        Assert.Equal("424DE400010174", Convert.ToHexString(Pms5003Command.WakeUp.Span));
        Assert.Equal("AAB4020101" + "00000000000000000000" + "FFFF02AB", Convert.ToHexString(Sds011Command.SetQueryMode.Span));
        Assert.Equal("AAB4060100" + "00000000000000000000" + "FFFF05AB", Convert.ToHexString(Sds011Command.GoToSleep.Span));
        Assert.Equal("AAB4060101" + "00000000000000000000" + "FFFF06AB", Convert.ToHexString(Sds011Command.WakeUp.Span));
        Assert.Equal("AAB4080100" + "00000000000000000000" + "FFFF07AB", Convert.ToHexString(Sds011Command.WorkAlways.Span));
        Assert.Equal("68010493", Convert.ToHexString(Hpma115Frame.Ask.Span));
        Assert.Equal("68012077", Convert.ToHexString(Hpma115Frame.BeQuiet.Span));
        Assert.Equal("FF0186000000000079", Convert.ToHexString(Mhz19bFrame.Ask.Span));
    }

    private static double[] Values(ReadOnlyMemory<byte> frame, Pms5003Model model)
    {
        var sample = new SampleBuffer();
        model.Convert(frame.Span, sample);
        return [.. sample.Measurements.ToArray().Select(one => one.Value)];
    }

    private static void Decodes(string name, FrameAt frameAt, int longest, string[] columns, Func<ReadOnlyMemory<byte>, double[]> decode)
    {
        var scanner = new FrameScanner(frameAt, longest);
        List<double[]> seen = [];
        foreach (byte b in Capture(name).SelectMany(line => line))   // as a line gives them: in any pieces
        {
            scanner.Free.Span[0] = b;
            scanner.Advance(1);
            if (scanner.TryTake(out ReadOnlyMemory<byte> frame))
            {
                seen.Add(decode(frame));
            }
        }

        Assert.Equal(0, scanner.Discarded);
        Assert.Equal(Listed(name, columns), seen);
    }

    // offset: bytes  text
    private static IEnumerable<byte[]> Capture(string name) =>
        File.ReadLines(SharedData.Require("pm-uart-captures", name + ".hexdump")).Where(line => line.Length > 10)
            .Select(line => Convert.FromHexString(line[10..line.IndexOf("  ", StringComparison.Ordinal)].Replace(" ", "", StringComparison.Ordinal)));

    private static List<double[]> Listed(string name, string[] columns)
    {
        string[][] rows = [.. File.ReadLines(SharedData.Require("pm-uart-captures", name + ".csv"))
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries))];
        int[] at = [.. columns.Select(column => Array.IndexOf(rows[0], column))];
        Assert.DoesNotContain(-1, at);
        Assert.Equal(11, rows.Length);
        return [.. rows.Skip(1).Select(row => at.Select(index => double.Parse(row[index], CultureInfo.InvariantCulture)).ToArray())];
    }
}
