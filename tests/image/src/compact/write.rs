//! Writes the compact form.

use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    Serializer,
};

use super::unsupported::Unsupported;

type Done = Result<(), Unsupported>;

/// Appends values to a buffer.
pub(super) struct Writer<'a> {
    pub(super) bytes: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn integer(&mut self, value: u64) -> Done {
        let (digits, count) = digits(value);
        self.bytes.extend_from_slice(&digits[..count]);
        Ok(())
    }
}

/// An integer, seven bits a byte: the bytes, and how many of them are used.
fn digits(mut value: u64) -> ([u8; 10], usize) {
    let (mut digits, mut count) = ([0; 10], 0);
    loop {
        digits[count] = (value & 0x7F) as u8;
        value >>= 7;
        count += 1;
        if value == 0 {
            return (digits, count);
        }
        digits[count - 1] |= 0x80;
    }
}

/// A struct that is being written: which fields are present, and where the first one starts.
pub(super) struct Fields<'a, 'b> {
    writer: &'a mut Writer<'b>,
    start: usize,
    field: u32,
    present: u64,
}

impl<'a, 'b> Fields<'a, 'b> {
    fn new(writer: &'a mut Writer<'b>) -> Self {
        let start = writer.bytes.len();
        Self {
            writer,
            start,
            field: 0,
            present: 0,
        }
    }

    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.present |= 1 << self.field;
        self.field += 1;
        value.serialize(&mut *self.writer)
    }

    /// Inserts the set of fields before them, now that it is known.
    fn finish(self) -> Done {
        let (digits, count) = digits(self.present);
        self.writer
            .bytes
            .splice(self.start..self.start, digits[..count].iter().copied());
        Ok(())
    }
}

impl SerializeStruct for Fields<'_, '_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
        self.field(value)
    }

    fn skip_field(&mut self, _: &'static str) -> Done {
        self.field += 1;
        Ok(())
    }

    fn end(self) -> Done {
        self.finish()
    }
}

impl SerializeStructVariant for Fields<'_, '_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
        self.field(value)
    }

    fn skip_field(&mut self, _: &'static str) -> Done {
        self.field += 1;
        Ok(())
    }

    fn end(self) -> Done {
        self.finish()
    }
}

impl SerializeSeq for &mut Writer<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

impl SerializeTuple for &mut Writer<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

/// The methods for types that no recipe has.
macro_rules! unsupported {
    ($($method:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$result, Unsupported> {
            Err(Unsupported(stringify!($method).to_owned()))
        })*
    };
}

impl<'a, 'b> Serializer for &'a mut Writer<'b> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Impossible<(), Unsupported>;
    type SerializeStruct = Fields<'a, 'b>;
    type SerializeStructVariant = Fields<'a, 'b>;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn serialize_u8(self, value: u8) -> Done {
        self.bytes.push(value);
        Ok(())
    }
    fn serialize_u16(self, value: u16) -> Done {
        self.integer(value.into())
    }
    fn serialize_u32(self, value: u32) -> Done {
        self.integer(value.into())
    }
    fn serialize_u64(self, value: u64) -> Done {
        self.integer(value)
    }
    fn serialize_bool(self, value: bool) -> Done {
        self.serialize_u8(value.into())
    }
    fn serialize_str(self, value: &str) -> Done {
        self.serialize_bytes(value.as_bytes())
    }
    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.integer(value.len() as u64)?;
        self.bytes.extend_from_slice(value);
        Ok(())
    }
    fn serialize_none(self) -> Done {
        self.serialize_u8(0)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.bytes.push(1);
        value.serialize(self)
    }
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.integer(index.into())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.integer(index.into())?;
        value.serialize(self)
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unsupported> {
        let length = length.ok_or_else(|| Unsupported("a list of unknown length".to_owned()))?;
        self.integer(length as u64)?;
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, Unsupported> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'b>, Unsupported> {
        Ok(Fields::new(self))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'a, 'b>, Unsupported> {
        self.integer(index.into())?;
        Ok(Fields::new(self))
    }

    unsupported! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple_struct(&'static str, usize) -> Impossible<(), Unsupported>;
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
            -> Impossible<(), Unsupported>;
        serialize_map(Option<usize>) -> Impossible<(), Unsupported>;
    }
}
