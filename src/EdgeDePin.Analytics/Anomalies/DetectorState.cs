using System.Buffers.Binary;
using System.Formats.Cbor;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>All that a detector remembers of a series.</summary>
internal sealed class DetectorState
{
    public readonly double[] Day = new double[AnomalyDetector.DaySlots];
    public readonly double[] DaySeen = new double[AnomalyDetector.DaySlots];
    public readonly double[] Week = new double[AnomalyDetector.WeekSlots];
    public readonly double[] WeekSeen = new double[AnomalyDetector.WeekSlots];
    public long LastTicks;
    public double Step = 1;
    public double Steps;
    public double Level;
    public double Variance;
    public double LevelError;
    public double DayError;
    public double WeekError;
    public double Smoothed;
    public double MomentMean;
    public double MomentVariance;
    public double StretchMean;
    public double StretchVariance;
    public double SinceEpisode = 1e9;
    public double EpisodeSurprise;
    public double Habit;

    // Profiles as byte strings of little-endian doubles: a third of the bytes of an array of numbers, and as exact.
    public void Write(CborWriter writer)
    {
        double[] numbers = [
            Step, Steps, Level, Variance, LevelError, DayError, WeekError, Smoothed, MomentMean, MomentVariance, StretchMean, StretchVariance,
            SinceEpisode, EpisodeSurprise, Habit];
        writer.WriteStartArray(6);
        writer.WriteInt64(LastTicks);
        foreach (double[] array in (double[][])[numbers, Day, DaySeen, Week, WeekSeen])
        {
            byte[] bytes = new byte[8 * array.Length];
            for (int i = 0; i < array.Length; i++)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), array[i]);
            }

            writer.WriteByteString(bytes);
        }

        writer.WriteEndArray();
    }

    /// <exception cref="FormatException">Another number of values than a detector has.</exception>
    public static DetectorState Read(CborReader reader)
    {
        var state = new DetectorState();
        double[] numbers = new double[15];
        reader.ReadStartArray();
        state.LastTicks = reader.ReadInt64();
        foreach (double[] array in (double[][])[numbers, state.Day, state.DaySeen, state.Week, state.WeekSeen])
        {
            byte[] bytes = reader.ReadByteString();
            if (bytes.Length != 8 * array.Length)
            {
                throw new FormatException($"A detector's memory has {8 * array.Length} bytes here, not {bytes.Length}.");
            }

            for (int i = 0; i < array.Length; i++)
            {
                array[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i));
            }
        }

        reader.ReadEndArray();
        (state.Step, state.Steps, state.Level, state.Variance) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        (state.LevelError, state.DayError, state.WeekError, state.Smoothed) = (numbers[4], numbers[5], numbers[6], numbers[7]);
        (state.MomentMean, state.MomentVariance, state.StretchMean, state.StretchVariance) = (numbers[8], numbers[9], numbers[10], numbers[11]);
        (state.SinceEpisode, state.EpisodeSurprise, state.Habit) = (numbers[12], numbers[13], numbers[14]);
        return state;
    }
}
